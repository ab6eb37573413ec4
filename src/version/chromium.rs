//! Chromium's `MAJOR.MINOR.BUILD.PATCH`.

/// The four numbers; `None` for anything else.
pub(super) fn parse(text: &str) -> Option<[u64; 4]> {
    let mut numbers = [0; 4];
    let mut parts = text.split('.');
    for slot in &mut numbers {
        let part = parts.next()?;
        if !part.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        *slot = part.parse().ok()?;
    }
    parts.next().is_none().then_some(numbers)
}
