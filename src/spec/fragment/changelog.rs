//! The changelog: entries that forebay wrote, newest first; older ones are kept as they are.

use bstr::ByteSlice;

use super::super::material::Material;
use super::super::region::RegionId;
use super::{changelog_release, escaped, spec_version};
use crate::profile::packaging::ChangelogMode;

const WEEKDAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The date of a changelog entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct EntryDate {
    /// Days since 1970-01-01.
    pub days: i64,
    /// The weekday as written, counted from Thursday; `None` where it is no weekday.
    pub weekday: Option<usize>,
}

impl EntryDate {
    /// Reads `Tue Jan 02 2024`.
    pub fn parse(text: &[u8]) -> Option<Self> {
        let words: Vec<&str> = text.to_str().ok()?.split_ascii_whitespace().collect();
        let [weekday, month, day, year] = words.as_slice() else { return None };
        let month = MONTHS.iter().position(|name| name == month)?;
        let (day, year) = (day.parse::<i64>().ok()?, year.parse::<i64>().ok()?);
        let month = i64::try_from(month).ok()? + 1;
        let days = days_of(year, month, day)?;
        Some(Self { days, weekday: WEEKDAYS.iter().position(|name| name == weekday) })
    }

    /// True where the weekday is that of the date.
    pub fn weekday_is_right(self) -> bool {
        self.weekday
            .is_some_and(|weekday| i64::try_from(weekday).is_ok_and(|weekday| weekday == self.days.rem_euclid(7)))
    }
}

/// Days since 1970-01-01 of a day of the Gregorian calendar; `None` for a day that does not exist.
fn days_of(year: i64, month: i64, day: i64) -> Option<i64> {
    if !(1970..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let shifted = if month <= 2 { year - 1 } else { year };
    let era = shifted.div_euclid(400);
    let of_era = shifted.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
    (civil(days) == (year, month, day)).then_some(days)
}

fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, of_year - (153 * shifted_month + 2) / 5 + 1)
}

/// `Tue Jan 02 2024` of days since 1970-01-01.
pub fn weekday_and_date(days: i64) -> String {
    let (year, month, day) = civil(days);
    let name = |names: &'static [&'static str], at: i64| usize::try_from(at).ok().and_then(|at| names.get(at)).copied();
    let weekday = name(&WEEKDAYS, days.rem_euclid(7)).unwrap_or("Thu");
    format!("{weekday} {} {day:02} {year}", name(&MONTHS, month - 1).unwrap_or("Jan"))
}

/// The entries: those of the region as it stands, with one for this release on top.
///
/// Without a date nothing can be added; the region then stays as it is and `check` reports the missing entry.
pub(super) fn entries(material: &Material<'_>) -> Option<String> {
    let packaging = &material.inputs.profile.packaging;
    match packaging.changelog? {
        ChangelogMode::Auto => return Some("%autochangelog\n".to_owned()),
        ChangelogMode::ChangesFile => return None,
        ChangelogMode::Manual => {}
    }
    let packager = packaging.packager.as_ref()?;
    let (version, release) = (spec_version(material)?, changelog_release(material)?);
    let old = material.body(RegionId::Changelog).unwrap_or_default().to_str_lossy().replace("\r\n", "\n");
    let evr = format!("{version}-{release}");
    let (head, items, rest) = entry_of(&old, &evr);
    let wanted: Vec<String> = material.inputs.items.iter().map(|item| format!("- {}", escaped(item))).collect();
    if head.is_some() && (wanted.is_empty() || wanted == items) {
        return Some(old);
    }
    let head = match (head, material.inputs.date) {
        (Some(head), _) => head,
        (None, Some(date)) => format!("* {} {packager} - {evr}", weekday_and_date(date)),
        (None, None) => return Some(old),
    };
    let items = if wanted.is_empty() { vec![format!("- Update to {version}")] } else { wanted };
    let rest = if rest.is_empty() { String::new() } else { format!("\n{rest}") };
    Some(format!("{head}\n{}\n{rest}", items.join("\n")))
}

/// Takes the newest entry off a changelog where it is of `evr`: its head, its items, and the rest.
pub fn entry_of(text: &str, evr: &str) -> (Option<String>, Vec<String>, String) {
    let mut lines = text.lines();
    let head = lines.next().filter(|line| line.starts_with("* ") && line.ends_with(&format!(" - {evr}")));
    let Some(head) = head else { return (None, Vec::new(), text.to_owned()) };
    let items: Vec<String> = text
        .lines()
        .skip(1)
        .take_while(|line| !line.starts_with("* "))
        .filter(|line| !line.trim().is_empty())
        .map(str::to_owned)
        .collect();
    let rest: Vec<&str> = text.lines().skip(1).skip_while(|line| !line.starts_with("* ")).collect();
    let rest = if rest.is_empty() { String::new() } else { format!("{}\n", rest.join("\n")) };
    (Some(head.to_owned()), items, rest)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn weekdays_are_computed() {
        assert_eq!(weekday_and_date(0), "Thu Jan 01 1970");
        assert_eq!(weekday_and_date(20_782), "Wed Nov 25 2026");
        assert_eq!(EntryDate::parse(b"Thu Feb 29 2024").map(EntryDate::weekday_is_right), Some(true));
        assert_eq!(EntryDate::parse(b"Fri Feb 29 2024").map(EntryDate::weekday_is_right), Some(false));
        assert_eq!(EntryDate::parse(b"Thu Feb 30 2024"), None);
        assert_eq!(EntryDate::parse(b"Thu Feb 29"), None);
    }

    proptest! {
        #[test]
        fn a_date_reads_as_it_prints(days in 0_i64..2_000_000) {
            let read = EntryDate::parse(weekday_and_date(days).as_bytes()).unwrap();
            prop_assert_eq!(read.days, days);
            prop_assert!(read.weekday_is_right());
        }
    }
}
