//! The mappings that bobmap ships, by the target that each is for.

/// One of the files under `mappings/`; overlays are none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shipped {
    /// The path below `mappings/`.
    pub file: &'static str,
    pub text: &'static str,
}

macro_rules! shipped {
    ($($file:literal)*) => {
        /// Every file: a test compares them with the folder.
        pub const ALL: &[Shipped] =
            &[$(Shipped { file: $file, text: include_str!(concat!("../../../mappings/", $file)) }),*];
    };
}

shipped! {
    "activtrak/hris.yaml"
    "activtrak/hris_people.yaml"
    "activtrak/scim_users.yaml"
    "activtrak/users.yaml"
    "ical/time_off.yaml"
    "merge/employee.yaml"
    "merge/employment.yaml"
    "merge/location.yaml"
    "merge/time_off.yaml"
    "merge/time_off_balance.yaml"
    "scim/user.yaml"
}

impl Shipped {
    /// The shipped mapping for a target.
    pub fn of(target: &str) -> Option<&'static Shipped> {
        ALL.iter().find(|shipped| shipped.value("target") == target)
    }

    /// The shipped mapping of this name.
    pub fn named(mapping: &str) -> Option<&'static Shipped> {
        ALL.iter().find(|shipped| shipped.mapping() == mapping)
    }

    pub fn mapping(&self) -> &'static str {
        self.value("mapping")
    }

    pub fn target(&self) -> &'static str {
        self.value("target")
    }

    /// The names of other mappings whose rules this one uses.
    pub fn uses(&self) -> Vec<&'static str> {
        let mut names = Vec::new();
        for rest in self.text.split("use: ").skip(1) {
            let rule = rest.split([',', ' ', '}', '\n']).next().unwrap_or_default();
            if let Some((name, _)) = rule.split_once('.')
                && !names.contains(&name)
            {
                names.push(name);
            }
        }
        names
    }

    /// A word at the top of the file.
    fn value(&self, key: &str) -> &'static str {
        let text: &'static str = self.text;
        let mut lines = text.lines().filter_map(|line| line.split_once(": "));
        let value = lines.find(|(name, _)| *name == key).map_or("", |(_, value)| value);
        value.split(" #").next().unwrap_or(value).trim()
    }
}
