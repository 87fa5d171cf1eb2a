//! The flags that say in which time zones people are: HiBob knows it of some requests, and of nobody's site.

use super::Usage;
use crate::source::Source;
use crate::source::time_off::Facts;
use crate::time_off::{PeopleReader, Reads, Settings, SiteZones, Zone, find_zone};
use clap::builder::NonEmptyStringValueParser;

const HEADING: &str = "Time off";

/// Time zones of sites and people.
#[derive(Debug, Default, Clone, clap::Args)]
pub struct ZoneArgs {
    /// The time zone of the people at a site, by the site's name or number, such as "London=Europe/London"; may be given again
    #[arg(long, help_heading = HEADING, value_name = "SITE=ZONE", value_parser = site)]
    site_zone: Vec<(String, Zone)>,
    /// The field of employees that holds their time zone, by its id
    #[arg(long, help_heading = HEADING, value_name = "FIELD", value_parser = NonEmptyStringValueParser::new())]
    person_zone: Option<String>,
    /// The time zone of requests that neither HiBob nor the person's site gives one
    #[arg(long, help_heading = HEADING, value_name = "ZONE", value_parser = zone)]
    time_zone: Option<Zone>,
}

impl ZoneArgs {
    /// How requests are completed. Under a veil, names of private types stand under a key of their own.
    ///
    /// # Errors
    /// A site is given twice.
    pub fn settings(&self, reads: Reads, veil: bool) -> anyhow::Result<Settings> {
        let mut sites = SiteZones::default();
        for (site, zone) in &self.site_zone {
            if !sites.add(site, zone.clone()) {
                return Err(Usage(format!("--site-zone gives `{site}` twice")).into());
            }
        }
        Ok(Settings { sites, zone: self.time_zone.clone(), reads, veil })
    }

    /// What `people` say of themselves; nothing where there are none.
    ///
    /// # Errors
    /// The field of --person-zone can't be a field.
    pub fn facts(&self, people: Option<Box<dyn Source>>) -> anyhow::Result<Facts> {
        let reader = PeopleReader::new(self.person_zone.as_deref());
        let reader = reader.map_err(|error| Usage(format!("--person-zone names no field: {error}")))?;
        Ok(people.map_or_else(Facts::none, |people| Facts::of(people, reader)))
    }

    /// The field of employees that has to be read besides.
    pub fn field(&self) -> Option<&str> {
        self.person_zone.as_deref()
    }
}

fn zone(text: &str) -> Result<Zone, String> {
    find_zone(text).map_err(|error| error.to_string())
}

fn site(text: &str) -> Result<(String, Zone), String> {
    // A site's name may hold an =, a zone's does not.
    match text.rsplit_once('=') {
        Some((site, name)) if !site.trim().is_empty() => Ok((site.trim().to_owned(), zone(name)?)),
        _ => Err("expected SITE=ZONE, such as London=Europe/London".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::site;

    #[test]
    fn a_site_and_its_zone_are_parted_at_the_last_equals_sign() {
        let (name, zone) = site("A=B =asia/tokyo").unwrap();
        assert_eq!((name.as_str(), zone.name.as_str()), ("A=B", "Asia/Tokyo"));
        for wrong in ["London", "=Europe/London", "London=", "London=Mars/Olympus"] {
            assert!(site(wrong).is_err(), "{wrong}");
        }
    }
}
