//! Counts with their noun, as all texts for people say them.

/// `1 patch`, `2 patches`.
pub fn plural(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
