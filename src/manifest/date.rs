//! Dates as people write them, read the way Chromium's metadata reader does.

/// Reads a date; the flag is true where day and month could be meant either way (day first is then taken).
///
/// Read are `YYYY-MM-DD` with anything behind it, the other orders with `-`, `/` and `.`, `YYYYMMDD`, and texts with the
/// month's name in English; the result is `YYYY-MM-DD`.
///
/// ```
/// use forebay::manifest::date;
/// assert_eq!(date::iso("2024-3-1 (stable)"), Some(("2024-03-01".to_owned(), false)));
/// assert_eq!(date::iso("03/04/2024"), Some(("2024-04-03".to_owned(), true)));
/// assert_eq!(date::iso("yesterday"), None);
/// ```
pub fn iso(text: &str) -> Option<(String, bool)> {
    let words: Vec<&str> = text.split_whitespace().take(8).collect();
    let first = *words.first()?;
    let date_part = first.split_once('T').map_or(first, |(date, _)| date);
    numeric(date_part).or_else(|| worded(&words)).map(|found| {
        let (year, month, day) = found.0;
        (format!("{year:04}-{month:02}-{day:02}"), found.1)
    })
}

type Day = (u32, u32, u32);

fn numeric(text: &str) -> Option<(Day, bool)> {
    if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return day(&text[..4], &text[4..6], &text[6..]).map(|day| (day, false));
    }
    let separator = ['-', '/', '.'].into_iter().find(|separator| text.contains(*separator))?;
    let mut parts = text.split(separator);
    let (Some(a), Some(b), Some(c), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return None;
    };
    if a.len() == 4 {
        return day(a, b, c).map(|day| (day, false));
    }
    match (day(c, b, a), day(c, a, b)) {
        (Some(day_first), Some(month_first)) => Some((day_first, day_first != month_first)),
        (first, second) => first.or(second).map(|day| (day, false)),
    }
}

/// A day of the calendar; a year of two digits lies between 1969 and 2068.
fn day(year: &str, month: &str, day: &str) -> Option<Day> {
    let digits =
        |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<u32>().ok()).flatten();
    if !(1..=2).contains(&month.len()) || !(1..=2).contains(&day.len()) {
        return None;
    }
    let year = match (year.len(), digits(year)?) {
        (4, year @ 1..) => year,
        (2, year @ 69..) => 1900 + year,
        (2, year) => 2000 + year,
        _ => return None,
    };
    let (month, day) = (digits(month)?, digits(day)?);
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return None,
    };
    (1..=days).contains(&day).then_some((year, month, day))
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

fn month(word: &str) -> Option<String> {
    let word = word.to_ascii_lowercase();
    let found = MONTHS.iter().position(|name| *name == word || name.get(..3) == Some(word.as_str()))?;
    Some((found + 1).to_string())
}

/// Day, month and year with the month's name, in the three customary orders, or as `date` prints.
fn worded(words: &[&str]) -> Option<(Day, bool)> {
    let clean = |word: &str| word.trim_end_matches(',').to_owned();
    let [a, b, c] = match words {
        [a, b, c] => [clean(a), clean(b), clean(c)],
        // Tue Mar 5 10:00:00 2024 [+0000]
        [_, b, c, time, year] | [_, b, c, time, year, _] if time.contains(':') => [clean(b), clean(c), clean(year)],
        _ => return None,
    };
    let found = if let Some(name) = month(&b) {
        day(&c, &name, &a).or_else(|| day(&a, &name, &c))
    } else {
        day(&c, &month(&a)?, &b)
    };
    found.map(|day| (day, false))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_orders_that_occur() {
        for (text, expected) in [
            ("2012-04-18", "2012-04-18"),
            ("2012/4/18", "2012-04-18"),
            ("18.04.2012", "2012-04-18"),
            ("04-18-12", "2012-04-18"),
            ("20120418", "2012-04-18"),
            ("2012-04-18T10:00:00Z", "2012-04-18"),
            ("18 April 2012", "2012-04-18"),
            ("Apr 18, 2012", "2012-04-18"),
            ("2012 Apr 18", "2012-04-18"),
            ("Wed Apr 18 10:00:00 2012 +0200", "2012-04-18"),
        ] {
            assert_eq!(iso(text), Some((expected.to_owned(), false)), "{text}");
        }
    }

    #[test]
    fn no_such_day() {
        for text in
            ["", "2023-02-29", "2023-13-01", "0000-01-01", "2023-1", "1.2.3.4", "99999999", "é-é-é", "Foo 1 2012"]
        {
            assert_eq!(iso(text), None, "{text}");
        }
        assert_eq!(iso("2024-02-29").unwrap().0, "2024-02-29");
    }
}
