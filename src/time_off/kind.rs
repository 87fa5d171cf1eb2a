//! The types of requests, and the parts of a day.

/// How a request says which days it takes, and how much of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Whole days from one date to another; the first may begin, the last end at noon.
    Days,
    /// Some hours of one date.
    Hours,
    /// The same half of each date of a range.
    PortionOnRange,
    /// The same number of hours on each date of a range.
    HoursOnRange,
    /// Whole days, halves, hours or shares, said date by date.
    DifferentDayDurations,
    /// The same hours of the clock on each date of a range.
    SpecificHoursDayDurations,
    /// Hours of the clock, said date by date.
    DifferentSpecificHoursDayDurations,
    /// The same share of each date of a range.
    PercentageOnRange,
    /// Whole days from one date on, with no end yet.
    OpenEnded,
}

impl Kind {
    /// Every type, in the order of HiBob's documentation.
    pub const ALL: [Kind; 9] = [
        Kind::Days,
        Kind::Hours,
        Kind::PortionOnRange,
        Kind::HoursOnRange,
        Kind::DifferentDayDurations,
        Kind::SpecificHoursDayDurations,
        Kind::DifferentSpecificHoursDayDurations,
        Kind::PercentageOnRange,
        Kind::OpenEnded,
    ];

    /// As HiBob writes it.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Days => "days",
            Kind::Hours => "hours",
            Kind::PortionOnRange => "portionOnRange",
            Kind::HoursOnRange => "hoursOnRange",
            Kind::DifferentDayDurations => "differentDayDurations",
            Kind::SpecificHoursDayDurations => "specificHoursDayDurations",
            Kind::DifferentSpecificHoursDayDurations => "differentSpecificHoursDayDurations",
            Kind::PercentageOnRange => "percentageOnRange",
            Kind::OpenEnded => "openEnded",
        }
    }

    /// In any case: HiBob's own documentation writes `DifferentDayDurations` too.
    pub fn parse(text: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.word().eq_ignore_ascii_case(text.trim()))
    }

    /// Whether each date has an entry of its own in `durations`.
    pub fn is_daily(self) -> bool {
        use Kind::{DifferentDayDurations, DifferentSpecificHoursDayDurations, SpecificHoursDayDurations};
        matches!(self, DifferentDayDurations | SpecificHoursDayDurations | DifferentSpecificHoursDayDurations)
    }
}

/// How much of a day is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Portion {
    AllDay,
    /// Until noon.
    Morning,
    /// From noon on.
    Afternoon,
    Hours,
    Percentage,
}

impl Portion {
    pub fn word(self) -> &'static str {
        match self {
            Portion::AllDay => "all_day",
            Portion::Morning => "morning",
            Portion::Afternoon => "afternoon",
            Portion::Hours => "hours",
            Portion::Percentage => "percentage",
        }
    }

    /// `all_day`, `allDay`, `All day`; `None` for words that are not known.
    pub fn parse(text: &str) -> Option<Portion> {
        let letters: String = text.chars().filter(char::is_ascii_alphabetic).map(|letter| letter.to_ascii_lowercase()).collect();
        Some(match letters.as_str() {
            "allday" | "fullday" | "wholeday" => Portion::AllDay,
            "morning" => Portion::Morning,
            "afternoon" => Portion::Afternoon,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, Portion};

    #[test]
    fn types_are_known_in_any_case() {
        for kind in Kind::ALL {
            for text in [kind.word().to_owned(), kind.word().to_uppercase(), format!(" {} ", kind.word().to_lowercase())] {
                assert_eq!(Kind::parse(&text), Some(kind));
            }
        }
        assert_eq!(Kind::parse("DifferentDayDurations"), Some(Kind::DifferentDayDurations));
        assert_eq!(Kind::parse("weeks"), None);
    }

    #[test]
    fn parts_of_a_day_are_known_in_several_spellings() {
        for (text, portion) in [("all_day", Portion::AllDay), ("allDay", Portion::AllDay), ("Morning", Portion::Morning)] {
            assert_eq!(Portion::parse(text), Some(portion));
        }
        assert_eq!(Portion::parse("evening"), None);
    }
}
