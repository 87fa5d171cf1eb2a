//! The company's lists of values to choose from: Bob's own with some items of the company's, as a scenario leaves them.

use crate::catalog::ItemEntry;
use crate::value::json::write_string;
use indexmap::IndexMap;

/// Items in the order of the list, children behind their parent.
#[derive(Debug, Clone, Default)]
pub struct List {
    pub items: Vec<Item>,
}

#[derive(Debug, Clone)]
pub struct Item {
    pub id: String,
    pub label: String,
    pub archived: bool,
    /// 0 at the top; a child has one more than its parent.
    depth: usize,
    /// Bob writes the ids of sites and calendars as numbers.
    number: bool,
}

impl Item {
    pub fn write_id(&self, out: &mut Vec<u8>) {
        if self.number { out.extend_from_slice(self.id.as_bytes()) } else { write_string(out, &self.id) }
    }
}

impl List {
    pub fn item(&self, id: &str) -> Option<&Item> {
        self.items.iter().find(|item| item.id == id)
    }

    /// The item at this place, counted round.
    pub fn at(&self, place: u64) -> Option<&Item> {
        let length = self.items.len() as u64;
        (length > 0).then(|| &self.items[(place % length) as usize])
    }

    /// Puts in what a scenario says: items with a known id change, others come last.
    pub fn change(&mut self, entries: &[ItemEntry]) {
        for ItemEntry { id, label, archived } in entries {
            match self.items.iter_mut().find(|item| item.id == *id) {
                Some(item) => (item.label, item.archived) = (label.clone(), *archived),
                None => {
                    self.items.push(Item { id: id.clone(), label: label.clone(), archived: *archived, depth: 0, number: false })
                }
            }
        }
    }

    /// As `GET /company/named-lists` has it: with `values` and `items`, both the same, where it is keyed by the list's id; with
    /// items alone, all ids numbers that can be, where it is the older array.
    pub fn write(&self, out: &mut Vec<u8>, id: &str, archived: bool, shape: Shape) {
        out.extend_from_slice(b"{\"name\":");
        write_string(out, id);
        if shape == Shape::Keyed {
            out.extend_from_slice(b",\"values\":");
            self.write_items(out, archived, shape);
        }
        out.extend_from_slice(b",\"items\":");
        self.write_items(out, archived, shape);
        out.push(b'}');
    }

    fn write_items(&self, out: &mut Vec<u8>, archived: bool, shape: Shape) {
        out.push(b'[');
        let mut open = 0;
        // Children of an archived item go with it.
        let mut hidden = usize::MAX;
        let mut first = true;
        for item in &self.items {
            if item.depth > hidden {
                continue;
            }
            hidden = if item.archived && !archived { item.depth } else { usize::MAX };
            if hidden != usize::MAX {
                continue;
            }
            // Each open item waits for its children.
            while open > item.depth {
                out.extend_from_slice(b"]}");
                open -= 1;
                first = false;
            }
            if !first {
                out.push(b',');
            }
            out.extend_from_slice(b"{\"id\":");
            match shape {
                Shape::Array if item.id.bytes().all(|byte| byte.is_ascii_digit()) => out.extend_from_slice(item.id.as_bytes()),
                _ => item.write_id(out),
            }
            if shape == Shape::Keyed {
                out.extend_from_slice(b",\"value\":");
                write_string(out, &item.label);
            }
            out.extend_from_slice(b",\"name\":");
            write_string(out, &item.label);
            out.extend_from_slice(if item.archived { b",\"archived\":true" } else { b",\"archived\":false" });
            out.extend_from_slice(b",\"children\":[");
            open = item.depth + 1;
            first = true;
        }
        for _ in 0..open {
            out.extend_from_slice(b"]}");
        }
        out.push(b']');
    }
}

/// How all lists together are answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    Keyed,
    Array,
}

/// Bob's lists with this company's items.
pub fn builtin() -> IndexMap<String, List> {
    let mut lists: IndexMap<String, List> = IndexMap::new();
    for (id, items) in LISTS {
        let number = matches!(*id, "site" | "calendar");
        let mut list = List::default();
        for text in items.split('|') {
            let trimmed = text.trim_start_matches('>');
            let (archived, rest) = trimmed.strip_prefix('-').map_or((false, trimmed), |rest| (true, rest));
            let (id, label) = rest.split_once('=').unwrap_or((rest, rest));
            list.items.push(Item {
                id: id.to_owned(),
                label: label.to_owned(),
                archived,
                depth: text.len() - trimmed.len(),
                number,
            });
        }
        lists.insert((*id).to_owned(), list);
    }
    lists
}

/// From the id to the items, divided by `|`: `id=label`, or a word that is both; `>` before a child, `-` before an archived item.
#[rustfmt::skip]
const LISTS: &[(&str, &str)] = &[
    ("department", "262634061=Engineering|>262634062=Platform|>262634063=Devices|>>262634064=Firmware|262634067=Marketing|262634068=Sales|>262634069=Field Sales|>262634070=Inside Sales|262634071=Finance|262634072=People|262634073=Management|262634074=Logistics|-262634075=Hardware Lab|>-262634076=Optics Lab"),
    ("title", "255490048=Software Engineer|255490049=Senior Software Engineer|255490050=Chief Executive Officer|255490051=Chief Technology Officer|255490052=Account Executive|255490053=Warehouse Operative|255490054=Accountant|255490055=Marketing Manager|255490056=Recruiter|255490057=Product Designer|255490058=Customer Engineer|-255490059=Fax Support Specialist"),
    ("work.column_1655996461265", "228075491=Field Sales|228075492=Platform|228075493=Customer Success|-228075494=Export Desk"),
    ("site", "2154020=London|2154021=Tel Aviv|2154022=New York|2154023=Berlin|2154024=Tokyo"),
    ("calendar", "51201=England|51202=Israel|51203=New York|51204=Berlin|51205=日本"),
    ("lifecycleStatus", "hired=Hired|employed=Employed|terminated=Terminated|garden leave=Garden leave|leave=Leave|parental leave=Parental leave|sabbatical=Sabbatical"),
    ("status", "Active|Inactive"),
    ("state", "active=Active|uninvited=Uninvited|invited=Invited|inactive=Inactive"),
    ("employmentstatus", "Full time|Part time|261454640=Zero hours"),
    ("payrollEmploymentType", "Permanent|Temporary|261454650=Contractor|261454651=Intern|261454652=Freelance"),
    ("legalGenderEnhanced", "Female|Male|Non-binary|Prefer not to say"),
    ("legalGender", "Female|Male"),
    ("familystatus", "Single|Married|Divorced|Domestic partner"),
    ("pronouns", "He / Him|She / Her|They / Them"),
    ("honorific", "Dr|Ms|Mr|Mx"),
    ("nationalities", "British|German|Israeli|American|Japanese|Swedish|Indian|French"),
    ("hobbies", "243001=Climbing|243002=Chess|243003=Cooking|243004=Choir"),
    ("superpowers", "243101=Listening|243102=Spreadsheets|243103=Small talk"),
    ("foodPreferences", "Vegetarian|Vegan|243201=No coriander"),
    ("countries", "United Kingdom|Israel|United States|Germany|Japan|France"),
    ("flsaCode", "Exempt|Non-exempt"),
    ("terminationreason", "Resignation|242776731=End of contract|242776732=Redundancy"),
    ("lifecycleReasonType", "Voluntary|Involuntary|242776741=Mutual agreement"),
    ("payPeriod", "Annual|Hourly|Daily|Weekly|Monthly"),
    ("payFrequency", "Weekly|Monthly|Pro rata|Every two weeks|Twice a month|Every four weeks"),
    ("payType", "Salary|Bonus|Refund"),
    ("payrollVariablePayoutType", "Amount|Percentage"),
    ("variablePayPeriod", "Annual|Quarterly|Monthly"),
    ("salaryPayType", "Salaried|Hourly"),
    ("workChangeType", "New Employee|Promotion|Transfer|Correction"),
    ("orgLevels", "243301=Team|243302=Department|243303=Board"),
    ("personalWorkingPatternTypes", "site=Site working pattern|custom=Custom working pattern"),
    ("workingPattern_entity_list", "301=Five days of eight hours|302=Five days of four hours|303=Monday to Wednesday noon|304=Sunday to Thursday|305=Sunday to Thursday, four hours"),
    ("workLocation_entity_list", "90001=Head office|90002=Warehouse|90003=At home"),
    ("employer_entity_list", "91001=Example Ltd|91002=Example GmbH|91003=Example Inc."),
    ("employer_workLocation_tree_entity_list", "91001=Example Ltd|>90001=Head office|>90002=Warehouse|91002=Example GmbH|>90003=At home"),
    ("jobLevelType_entity_list", "92001=Specialist|92002=Lead"),
    ("jobLevelRole_entity_list", "92101=Specialist|>92102=Junior|>92103=Senior|92104=Lead|>92105=Head"),
    ("jobRole_entity_list", "92201=Engineer|92202=Seller|92203=Operator"),
    ("jobFamily_entity_list", "92301=Software|92302=Sales|92303=Logistics"),
    ("jobFamilyGroup_entity_list", "92401=Product|92402=Market|92403=Operations"),
    ("jobProfile_entity_list", "92501=Software|>92502=Software Engineer|>92503=Senior Software Engineer|92504=Logistics|>92505=Warehouse Operative"),
    ("disabilityStatus", "No disability|243401=Disability|Prefer not to say"),
    ("veteranStatus", "Not a veteran|243411=Veteran"),
    ("relation", "Partner|Parent|Sibling|Friend"),
    ("ethnicity", "Prefer not to say|243421=Other"),
    ("ethnicities", "Prefer not to say|243431=Other"),
    ("jobCategory", "Professionals|Technicians|Sales Workers|Operatives"),
    ("flightRiskStatus", "low=Low|some=Some|high=High"),
    ("ukTaxSettingsStarterType", "New employee with P45|New employee without P45|Existing employee"),
    ("ukTaxSettingsStarterDeclaration", "A|B|C"),
    ("ukTaxSettingsTaxResidency", "England|Scotland|Wales"),
    ("ukTaxSettingsLoanTypes", "Plan 1|Plan 2|Postgraduate"),
    ("ukTaxSettingsNationalInsuranceCategory", "A|B|C|H|M"),
    ("ukTaxSettingsDirectorsNIBasis", "Annual|Alternative"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;

    fn written(id: &str, archived: bool, shape: Shape) -> serde_json::Value {
        let mut out = Vec::new();
        builtin()[id].write(&mut out, id, archived, shape);
        serde_json::from_slice(&out).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&out)))
    }

    #[test]
    fn every_list_that_bobs_own_fields_draw_on_is_there() {
        let lists = builtin();
        for list in Catalog::builtin().fields().filter_map(|field| field.list.as_ref()) {
            assert!(lists.contains_key(list), "{list}");
        }
    }

    #[test]
    fn children_stand_in_their_parent_and_archived_items_are_left_out_unless_asked_for() {
        let labels = |value: &serde_json::Value| -> Vec<String> {
            value.as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect()
        };
        let list = written("department", false, Shape::Keyed);
        assert_eq!(list["values"], list["items"]);
        assert_eq!(labels(&list["items"]), ["Engineering", "Marketing", "Sales", "Finance", "People", "Management", "Logistics"]);
        assert_eq!(labels(&list["items"][0]["children"]), ["Platform", "Devices"]);
        assert_eq!(labels(&list["items"][0]["children"][1]["children"]), ["Firmware"]);
        let all = written("department", true, Shape::Keyed);
        assert_eq!(labels(&all["items"])[7], "Hardware Lab");
        assert_eq!(labels(&all["items"][7]["children"]), ["Optics Lab"]);
        for (id, _) in LISTS {
            written(id, true, Shape::Array);
        }
    }

    #[test]
    fn ids_are_numbers_in_the_array_and_for_sites_and_text_elsewhere() {
        assert_eq!(written("department", false, Shape::Keyed)["items"][0]["id"], "262634061");
        assert_eq!(written("department", false, Shape::Array)["items"][0]["id"], 262634061);
        assert_eq!(written("site", false, Shape::Keyed)["items"][0]["id"], 2154020);
        assert_eq!(written("status", false, Shape::Array)["items"][0]["id"], "Active");
        assert_eq!(written("status", false, Shape::Array).get("values"), None);
    }
}
