//! Dates in mail headers and patch heads.

use bstr::ByteSlice;

/// A moment with the time zone of the person who wrote it down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Seconds since 1970 UTC.
    pub seconds: i64,
    /// Minutes east of UTC.
    pub offset: i32,
}

const MONTHS: [&[u8]; 12] =
    [b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec"];

/// Reads a date as mails (RFC 5322), git (`Mon Sep 17 00:00:00 2001 +0200`, `@SECONDS ZONE`) and ISO 8601 write it.
///
/// A date without a time is midnight UTC.
pub fn parse(text: &[u8]) -> Option<Moment> {
    let words: Vec<&[u8]> = text.fields_with(|character| character.is_whitespace() || character == ',').collect();
    let words: Vec<&[u8]> = words.into_iter().filter(|word| !word.is_empty()).collect();
    if let Some(seconds) = words.first().and_then(|word| word.strip_prefix(b"@")) {
        return Some(Moment {
            seconds: integer(seconds)?,
            offset: words.get(1).and_then(|zone| zone_of(zone)).unwrap_or(0),
        });
    }
    let mut found = Found::default();
    for word in words {
        found.take(word);
    }
    let (year, month, day) = (found.year?, found.month?, found.day?);
    let days = days_since_1970(year, month, day)?;
    let offset = found.offset.unwrap_or(0);
    Some(Moment { seconds: days * 86_400 + found.time.unwrap_or(0) - i64::from(offset) * 60, offset })
}

#[derive(Default)]
struct Found {
    year: Option<i64>,
    month: Option<i64>,
    day: Option<i64>,
    time: Option<i64>,
    offset: Option<i32>,
}

impl Found {
    fn take(&mut self, word: &[u8]) {
        let lower = word.to_ascii_lowercase();
        if let Some((date, time)) = word.split_once_str("T").filter(|(date, _)| date.contains(&b'-')) {
            self.take(date);
            let zone = time.find_byteset(b"+-Z").unwrap_or(time.len());
            let (time, zone) = time.split_at(zone);
            self.time = clock(time);
            self.offset = zone_of(zone);
        } else if let Some((year, rest)) = word.split_once_str("-").filter(|(year, _)| year.len() == 4)
            && let Some((month, day)) = rest.split_once_str("-")
        {
            (self.year, self.month, self.day) = (integer(year), integer(month), integer(day));
        } else if word.contains(&b':') && !word.starts_with(b"+") && !word.starts_with(b"-") {
            self.time = clock(word);
        } else if let Some(month) = MONTHS.iter().position(|month| lower.starts_with(month)) {
            self.month = i64::try_from(month + 1).ok();
        } else if self.time.is_some() && self.offset.is_none() && zone_of(word).is_some() {
            self.offset = zone_of(word);
        } else if let Some(value) = integer(word) {
            if word.len() == 4 {
                self.year = Some(value);
            } else if self.day.is_none() {
                self.day = Some(value);
            }
        }
    }
}

fn integer(text: &[u8]) -> Option<i64> {
    let digits = text.len() <= 12 && text.first().is_some_and(|byte| byte.is_ascii_digit() || *byte == b'-');
    text.to_str().ok().filter(|_| digits)?.parse().ok()
}

/// `HH:MM` or `HH:MM:SS`, as seconds.
fn clock(text: &[u8]) -> Option<i64> {
    let mut parts = text.split_str(":").map(|part| integer(part.split_str(".").next().unwrap_or(part)));
    let (hours, minutes) = (parts.next()??, parts.next()??);
    let seconds = parts.next().unwrap_or(Some(0))?;
    let sane = (0..24).contains(&hours) && (0..60).contains(&minutes) && (0..61).contains(&seconds);
    sane.then_some(hours * 3600 + minutes * 60 + seconds)
}

/// `+0200`, `-08:00`, `Z`, `UTC` or `GMT`, as minutes.
fn zone_of(text: &[u8]) -> Option<i32> {
    if matches!(text, b"Z" | b"UTC" | b"GMT" | b"UT") {
        return Some(0);
    }
    let (sign, digits) = match text.split_first()? {
        (b'+', rest) => (1, rest),
        (b'-', rest) => (-1, rest),
        _ => return None,
    };
    let digits: Vec<i32> = digits.iter().filter(|byte| **byte != b':').map(|byte| i32::from(*byte) - 48).collect();
    match digits[..] {
        [a, b, c, d] if digits.iter().all(|digit| (0..10).contains(digit)) => {
            let minutes = (a * 10 + b) * 60 + c * 10 + d;
            (minutes < 24 * 60).then_some(sign * minutes)
        }
        _ => None,
    }
}

/// Days from 1970-01-01 in the Gregorian calendar; `None` for a day that does not exist.
fn days_since_1970(year: i64, month: i64, day: i64) -> Option<i64> {
    if !(1900..10_000).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    // Years begin in March, so that the leap day is the last one.
    let shifted = if month > 2 { year } else { year - 1 };
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + of_year - 719_468)
}

/// Writes a moment as a mail header has it: `Mon, 17 Sep 2001 00:00:00 +0000`.
pub fn print(moment: Moment) -> String {
    let local = moment.seconds + i64::from(moment.offset) * 60;
    let (days, seconds) = (local.div_euclid(86_400), local.rem_euclid(86_400));
    let (year, month, day) = civil(days);
    let weekday = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][usize::try_from(days.rem_euclid(7)).unwrap_or(0)];
    let month = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        [usize::try_from(month - 1).unwrap_or(0).min(11)];
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    let (sign, zone) = (if moment.offset < 0 { '-' } else { '+' }, moment.offset.abs());
    format!(
        "{weekday}, {day} {month} {year} {hours:02}:{minutes:02}:{:02} {sign}{:02}{:02}",
        seconds % 60,
        zone / 60,
        zone % 60
    )
}

/// The day of a moment in its own zone, as `2001-09-17`.
pub fn day(moment: Moment) -> String {
    let local = moment.seconds + i64::from(moment.offset) * 60;
    let (year, month, day) = civil(local.div_euclid(86_400));
    format!("{year:04}-{month:02}-{day:02}")
}

/// A moment in UTC by RFC 3339, as `2001-09-17T00:00:00Z`; `seconds` since 1970.
pub fn utc(seconds: i64) -> String {
    let of_day = seconds.rem_euclid(86_400);
    let day = day(Moment { seconds, offset: 0 });
    format!("{day}T{:02}:{:02}:{:02}Z", of_day / 3600, of_day / 60 % 60, of_day % 60)
}

/// Year, month and day of a day count from 1970-01-01.
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn writes_utc() {
        assert_eq!(utc(0), "1970-01-01T00:00:00Z");
        assert_eq!(utc(1_000_684_801), "2001-09-17T00:00:01Z");
    }

    #[test]
    fn reads_the_usual_forms() {
        let seconds = |text: &str| parse(text.as_bytes()).map(|moment| (moment.seconds, moment.offset));
        assert_eq!(seconds("Mon, 17 Sep 2001 00:00:00 +0000"), Some((1_000_684_800, 0)));
        assert_eq!(seconds("17 Sep 2001 02:00:00 +0200 (CEST)"), Some((1_000_684_800, 120)));
        assert_eq!(seconds("Sun Sep 16 16:00:00 2001 -0800"), Some((1_000_684_800, -480)));
        assert_eq!(seconds("2001-09-17T00:00:00Z"), Some((1_000_684_800, 0)));
        assert_eq!(seconds("2001-09-17 02:00:00 +0200"), Some((1_000_684_800, 120)));
        assert_eq!(seconds("2001-09-17"), Some((1_000_684_800, 0)));
        assert_eq!(seconds("@1000684800 +0200"), Some((1_000_684_800, 120)));
        assert_eq!(seconds("yesterday"), None);
        assert_eq!(seconds("17 Foo 2001"), None);
    }

    proptest! {
        #[test]
        fn reads_what_it_prints(seconds in -2_000_000_000_i64..30_000_000_000, offset in -900_i32..900) {
            let moment = Moment { seconds, offset };
            prop_assert_eq!(parse(print(moment).as_bytes()), Some(moment));
        }

        #[test]
        fn no_text_does_harm(text in proptest::collection::vec(any::<u8>(), 0..40)) {
            let _ = parse(&text);
        }
    }
}
