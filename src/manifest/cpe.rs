//! CPE names: the identifiers that vulnerability databases give to products.
//!
//! Two written forms are in use: the URI of CPE 2.2 (`cpe:/a:vendor:product:version`) and the formatted string of
//! CPE 2.3 (`cpe:2.3:a:vendor:product:version:...`, eleven parts). Source: NIST IR 7695, CPE Naming 2.3.

/// The parts of a CPE name that tell a product; `None` where the name leaves them open (`*`, `-`, empty).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cpe {
    /// `a` for an application, `o` for an operating system, `h` for hardware; `None` where not said.
    pub part: Option<char>,
    /// The vendor, in lower case.
    pub vendor: Option<String>,
    /// The product, in lower case.
    pub product: Option<String>,
    /// The version.
    pub version: Option<String>,
}

/// Reads a CPE name of either form; `None` where the text is no such name or names nothing.
///
/// ```
/// use forebay::manifest::cpe;
/// let name = cpe::parse("cpe:/a:zlib:zlib:1.3.2").unwrap();
/// assert_eq!(name.version.as_deref(), Some("1.3.2"));
/// assert_eq!(cpe::parse("unknown"), None);
/// ```
pub fn parse(text: &str) -> Option<Cpe> {
    if text.get(..8).is_some_and(|head| head.eq_ignore_ascii_case("cpe:2.3:")) {
        formatted(text.get(8..)?)
    } else if text.get(..5).is_some_and(|head| head.eq_ignore_ascii_case("cpe:/")) {
        uri(text.get(5..)?)
    } else {
        None
    }
}

/// The part of a CPE 2.3 string behind `cpe:2.3:`.
fn formatted(text: &str) -> Option<Cpe> {
    let parts = split_unescaped(text);
    if parts.len() != 11 || !parts.iter().all(|part| is_formatted(part)) {
        return None;
    }
    let open = |index: usize| {
        let part: &String = parts.get(index)?;
        (part != "*" && part != "-").then(|| part.replace('\\', ""))
    };
    let part = parts.first()?.to_ascii_lowercase();
    if !matches!(part.as_str(), "a" | "o" | "h" | "*" | "-") {
        return None;
    }
    Some(Cpe {
        part: part.chars().next().filter(char::is_ascii_alphabetic),
        vendor: open(1).map(|text| text.to_ascii_lowercase()),
        product: open(2).map(|text| text.to_ascii_lowercase()),
        version: open(3),
    })
}

/// Splits at colons that no backslash protects.
fn split_unescaped(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut escaped = false;
    for letter in text.chars() {
        if letter == ':' && !escaped {
            parts.push(String::new());
            continue;
        }
        escaped = letter == '\\' && !escaped;
        if let Some(part) = parts.last_mut() {
            part.push(letter);
        }
    }
    parts
}

/// Whether a part of a formatted string holds only what the form allows.
fn is_formatted(part: &str) -> bool {
    let mut escaped = false;
    for letter in part.chars() {
        let plain = letter.is_ascii_alphanumeric() || "-._*?~".contains(letter);
        let punctuation = letter.is_ascii_punctuation();
        if (escaped && !punctuation) || (!escaped && !plain && letter != '\\') {
            return false;
        }
        escaped = letter == '\\' && !escaped;
    }
    !part.is_empty() && !escaped
}

/// The part of a CPE 2.2 URI behind `cpe:/`.
fn uri(text: &str) -> Option<Cpe> {
    let mut parts = text.split(':');
    let part = parts.next()?;
    let fields: Vec<&str> = parts.collect();
    let allowed = |field: &&str| field.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-~%".contains(&byte));
    let part_fits = matches!(part.to_ascii_lowercase().as_str(), "" | "a" | "o" | "h");
    if !part_fits || fields.len() > 6 || !fields.iter().all(allowed) || fields.iter().all(|field| field.is_empty()) {
        return None;
    }
    let open = |index: usize| fields.get(index).filter(|field| !field.is_empty()).map(|field| decoded(field));
    Some(Cpe {
        part: part.chars().next().map(|letter| letter.to_ascii_lowercase()),
        vendor: open(0).map(|text| text.to_ascii_lowercase()),
        product: open(1).map(|text| text.to_ascii_lowercase()),
        version: open(2),
    })
}

/// Undoes `%XX`; what is no such escape stays.
fn decoded(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        let code = rest.get(at + 1..at + 3).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        let (written, next) = match code.filter(u8::is_ascii_graphic) {
            Some(byte) => (char::from(byte), at + 3),
            None => ('%', at + 1),
        };
        out.push(written);
        rest = &rest[next..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Option<String> {
        parse(text).map(|cpe| format!("{:?} {:?} {:?} {:?}", cpe.part, cpe.vendor, cpe.product, cpe.version))
    }

    #[test]
    fn both_forms() {
        let uri = shown("CPE:/a:Vendor:Product:1.0%2bb").unwrap();
        assert_eq!(uri, r#"Some('a') Some("vendor") Some("product") Some("1.0+b")"#);
        let text = shown(r"cpe:2.3:a:vendor:pro\:duct:1.0:*:*:*:*:*:*:*").unwrap();
        assert_eq!(text, r#"Some('a') Some("vendor") Some("pro:duct") Some("1.0")"#);
        assert_eq!(parse("cpe:2.3:a:v:p:-:*:*:*:*:*:*:*").unwrap().version, None);
        assert_eq!(parse("cpe:/:v").unwrap().part, None);
    }

    #[test]
    fn what_is_no_name() {
        for text in ["", "unknown", "cpe:/", "cpe:/a", "cpe:/a:::", "cpe:/x:v:p", "cpe:/a:v p", "cpe:/a:1:2:3:4:5:6:7"]
        {
            assert_eq!(parse(text), None, "{text}");
        }
        for text in
            ["cpe:2.3:a:v:p:1", "cpe:2.3:x:v:p:1:*:*:*:*:*:*:*", "cpe:2.3:a::p:1:*:*:*:*:*:*:*", "cpe:2.3:a:v:p:1\\"]
        {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
