//! First and last names of several scripts, each with the letters that an address is made of. All invented.

use jiff::civil::Weekday;

/// A name as it is written, and as it stands in e-mail addresses.
pub type Name = (&'static str, &'static str);

/// People who share a script and work at one site.
pub struct Culture {
    pub firsts: [Name; 10],
    pub lasts: [Name; 10],
    /// Index among the sites.
    pub site: usize,
    pub nationality: &'static str,
    /// Display names carry the last name first.
    pub last_first: bool,
    /// Where those live who work far from their site.
    pub zone_away: Option<&'static str>,
}

#[rustfmt::skip]
pub static CULTURES: [Culture; 10] = [
    Culture {
        firsts: [("Ada", "ada"), ("Owen", "owen"), ("Grace", "grace"), ("Victor", "victor"), ("Edith", "edith"), ("Rupert", "rupert"), ("Flora", "flora"), ("Callum", "callum"), ("Siân", "sian"), ("Alex", "alex")],
        lasts: [("Marlowe", "marlowe"), ("Pryce", "pryce"), ("Crane", "crane"), ("Hollis", "hollis"), ("Bexley-Shaw", "bexley-shaw"), ("Thorne", "thorne"), ("Smith", "smith"), ("Winslow", "winslow"), ("Ashdown", "ashdown"), ("Lark", "lark")],
        site: 0, nationality: "British", last_first: false, zone_away: None,
    },
    Culture {
        firsts: [("Dwayne", "dwayne"), ("Milo", "milo"), ("Tamika", "tamika"), ("Cody", "cody"), ("Priscilla", "priscilla"), ("Hank", "hank"), ("Joy", "joy"), ("Leroy", "leroy"), ("Mary Ann", "maryann"), ("Wyatt", "wyatt")],
        lasts: [("O'Neil", "oneil"), ("Rossi", "rossi"), ("Moyo", "moyo"), ("Sanderson", "sanderson"), ("van der Berg", "vanderberg"), ("McCrae", "mccrae"), ("Delgado", "delgado"), ("Pike", "pike"), ("Whitfield", "whitfield"), ("Novak Jr.", "novak")],
        site: 2, nationality: "American", last_first: false, zone_away: None,
    },
    Culture {
        firsts: [("נועה", "noa"), ("אמיר", "amir"), ("יעל", "yael"), ("דניאל", "daniel"), ("תמר", "tamar"), ("איתי", "itay"), ("מיכל", "michal"), ("אורי", "uri"), ("שירה", "shira"), ("יונתן", "yonatan")],
        lasts: [("בן־עמי", "benami"), ("לוי", "levi"), ("כהן", "cohen"), ("אברהם", "avraham"), ("פרידמן", "friedman"), ("מזרחי", "mizrahi"), ("שפירא", "shapira"), ("גולן", "golan"), ("ברק", "barak"), ("הראל", "harel")],
        site: 1, nationality: "Israeli", last_first: false, zone_away: None,
    },
    Culture {
        firsts: [("عمر", "omar"), ("فرح", "farah"), ("ليلى", "layla"), ("يوسف", "yusuf"), ("سلمى", "salma"), ("خالد", "khalid"), ("نور", "nour"), ("حسن", "hassan"), ("رنا", "rana"), ("طارق", "tariq")],
        lasts: [("الفارسي", "alfarsi"), ("حداد", "haddad"), ("منصور", "mansour"), ("النجار", "alnajjar"), ("صالح", "saleh"), ("قاسم", "qasim"), ("بركات", "barakat"), ("زيدان", "zidan"), ("المصري", "almasri"), ("عثمان", "osman")],
        site: 0, nationality: "British", last_first: false, zone_away: None,
    },
    Culture {
        firsts: [("花子", "hanako"), ("海斗", "kaito"), ("芽衣", "mei"), ("蓮", "ren"), ("さくら", "sakura"), ("大輔", "daisuke"), ("陽菜", "hina"), ("健太", "kenta"), ("美咲", "misaki"), ("𠮷郎", "kichiro")],
        lasts: [("山田", "yamada"), ("森", "mori"), ("田中", "tanaka"), ("佐藤", "sato"), ("小林", "kobayashi"), ("伊藤", "ito"), ("渡邊", "watanabe"), ("中村", "nakamura"), ("清水", "shimizu"), ("松本", "matsumoto")],
        site: 4, nationality: "Japanese", last_first: true, zone_away: None,
    },
    Culture {
        firsts: [("Bruno", "bruno"), ("Lena", "lena"), ("Gregor", "gregor"), ("Jürgen", "juergen"), ("Julia", "julia"), ("Jonas", "jonas"), ("Käthe", "kaethe"), ("Heinz-Peter", "heinz-peter"), ("Mareike", "mareike"), ("Till", "till")],
        lasts: [("Keller", "keller"), ("Brandt", "brandt"), ("Falk", "falk"), ("Weiß", "weiss"), ("Winter", "winter"), ("von der Heide", "vonderheide"), ("Müller", "mueller"), ("Groß", "gross"), ("Lindner", "lindner"), ("Öztürk", "oeztuerk")],
        site: 3, nationality: "German", last_first: false, zone_away: None,
    },
    Culture {
        firsts: [("Zoë", "zoe"), ("Theo", "theo"), ("Åsa", "asa"), ("Bjørn", "bjorn"), ("Søren", "soren"), ("Ingrid", "ingrid"), ("Þóra", "thora"), ("Mikkel", "mikkel"), ("Eero", "eero"), ("Astrid", "astrid")],
        lasts: [("Ångström", "angstrom"), ("Lindqvist", "lindqvist"), ("Nilsen", "nilsen"), ("Ødegård", "odegard"), ("Þorsteinsdóttir", "thorsteinsdottir"), ("Kjær", "kjaer"), ("Virtanen", "virtanen"), ("Holm", "holm"), ("Sjöberg", "sjoberg"), ("Dahl", "dahl")],
        site: 3, nationality: "Swedish", last_first: false, zone_away: None,
    },
    Culture {
        firsts: [("Inês", "ines"), ("Hugo", "hugo"), ("Rosa", "rosa"), ("João", "joao"), ("Begoña", "begona"), ("Íñigo", "inigo"), ("Lúcia", "lucia"), ("Raúl", "raul"), ("Conceição", "conceicao"), ("Andrés", "andres")],
        lasts: [("Duarte", "duarte"), ("Santos", "santos"), ("Ferrante", "ferrante"), ("de la Peña", "delapena"), ("Gonçalves", "goncalves"), ("Núñez", "nunez"), ("Araújo", "araujo"), ("Ibarra", "ibarra"), ("Magalhães", "magalhaes"), ("Quispe", "quispe")],
        site: 2, nationality: "American", last_first: false, zone_away: Some("America/Sao_Paulo"),
    },
    Culture {
        firsts: [("Priya", "priya"), ("Ravi", "ravi"), ("Samir", "samir"), ("अनिता", "anita"), ("Deepak", "deepak"), ("Lakshmi", "lakshmi"), ("Arjun", "arjun"), ("கவிதா", "kavitha"), ("Nisha", "nisha"), ("Vikram", "vikram")],
        lasts: [("Rao", "rao"), ("Menon", "menon"), ("Joshi", "joshi"), ("शर्मा", "sharma"), ("Iyer", "iyer"), ("D'Souza", "dsouza"), ("Bhattacharya", "bhattacharya"), ("Nair", "nair"), ("Kapoor", "kapoor"), ("Pillai", "pillai")],
        site: 0, nationality: "Indian", last_first: false, zone_away: Some("Asia/Kathmandu"),
    },
    Culture {
        firsts: [("Надя", "nadia"), ("Petra", "petra"), ("Михайло", "mykhailo"), ("Żaneta", "zaneta"), ("Łukasz", "lukasz"), ("Олена", "olena"), ("Jiří", "jiri"), ("Ελένη", "eleni"), ("Γιώργος", "giorgos"), ("Zdeněk", "zdenek")],
        lasts: [("Петрова", "petrova"), ("Vondra", "vondra"), ("Śliwa", "sliwa"), ("Шевченко", "shevchenko"), ("Dvořák", "dvorak"), ("Παπαδάκης", "papadakis"), ("Kowalczyk", "kowalczyk"), ("Čapek", "capek"), ("Бондар", "bondar"), ("Źródło", "zrodlo")],
        site: 3, nationality: "German", last_first: false, zone_away: None,
    },
];

/// A place of work, and what follows from it.
pub struct Site {
    pub id: i64,
    pub name: &'static str,
    pub address: &'static str,
    pub city: &'static str,
    pub state: Option<&'static str>,
    pub post_code: &'static str,
    pub country: &'static str,
    pub currency: &'static str,
    /// Before the last three digits of a telephone number; numbers set aside for fiction.
    pub phone: &'static str,
    pub mobile: &'static str,
    /// A year's pay of somebody in the middle, in whole units of the currency.
    pub pay: i64,
    pub streets: [&'static str; 4],
    pub post_codes: [&'static str; 3],
    pub calendar: i64,
    pub time_zone: &'static str,
    /// Of the working week.
    pub first_day: Weekday,
    /// Month and day of the holidays that are the same every year.
    pub holidays: &'static [(i8, i8)],
}

#[rustfmt::skip]
pub static SITES: [Site; 5] = [
    Site {
        id: 2154020, name: "London", address: "41 Lock Street", city: "London", state: None, post_code: "E1 4XX", country: "United Kingdom", currency: "GBP",
        phone: "+44 20 7946 0", mobile: "+44 7700 900", pay: 42_000, streets: ["Cooper Row", "Tannery Lane", "Quince Street", "Mill Yard"], post_codes: ["SE1 2XX", "N16 8XX", "E8 3XX"], calendar: 51201,
        time_zone: "Europe/London", first_day: Weekday::Monday, holidays: &[(1, 1), (12, 25), (12, 26)],
    },
    Site {
        id: 2154021, name: "Tel Aviv", address: "רחוב הדקל 8", city: "Tel Aviv", state: None, post_code: "6100001", country: "Israel", currency: "ILS",
        phone: "+972 3 555 0", mobile: "+972 50 555 0", pay: 260_000, streets: ["HaDekel", "Rimon", "Te'ena", "Gefen"], post_codes: ["6100002", "6100003", "0610004"], calendar: 51202,
        time_zone: "Asia/Jerusalem", first_day: Weekday::Sunday, holidays: &[(4, 22), (5, 13), (10, 2)],
    },
    Site {
        id: 2154022, name: "New York", address: "200 Beacon Avenue, Floor 3", city: "New York", state: Some("NY"), post_code: "10001", country: "United States", currency: "USD",
        phone: "+1 212 555 0", mobile: "+1 917 555 0", pay: 88_000, streets: ["Juniper Avenue", "Foundry Street", "Ferry Road", "Maple Court"], post_codes: ["07030", "10002", "11201"], calendar: 51203,
        time_zone: "America/New_York", first_day: Weekday::Monday, holidays: &[(1, 1), (7, 4), (11, 11), (12, 25)],
    },
    Site {
        id: 2154023, name: "Berlin", address: "Werftweg 12", city: "Berlin", state: None, post_code: "10997", country: "Germany", currency: "EUR",
        phone: "+49 30 23125 ", mobile: "+49 1555 0000", pay: 54_000, streets: ["Lindenweg", "Am Speicher", "Großbeerener Pfad", "Kranichstraße"], post_codes: ["10997", "12043", "04103"], calendar: 51204,
        time_zone: "Europe/Berlin", first_day: Weekday::Monday, holidays: &[(1, 1), (5, 1), (10, 3), (12, 25), (12, 26)],
    },
    Site {
        id: 2154024, name: "Tokyo", address: "港北ビル 2F", city: "Tokyo", state: None, post_code: "100-0001", country: "Japan", currency: "JPY",
        phone: "+81 3 5555 0", mobile: "+81 90 5555 0", pay: 6_400_000, streets: ["Sakura-dori", "Ginkgo-dori", "Ume-dori", "Matsu-dori"], post_codes: ["100-0002", "150-0001", "060-0001"], calendar: 51205,
        time_zone: "Asia/Tokyo", first_day: Weekday::Monday, holidays: &[(1, 1), (2, 11), (5, 3), (5, 4), (5, 5), (11, 3)],
    },
];
