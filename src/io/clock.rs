//! The only place that asks what time it is.

/// Seconds since 1970-01-01 UTC; 0 on a machine whose clock stands before that.
pub fn now() -> i64 {
    #[expect(clippy::disallowed_methods, reason = "this is the clock that everything else is handed as an argument")]
    let now = std::time::SystemTime::now();
    now.duration_since(std::time::UNIX_EPOCH).map_or(0, |since| i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    #[test]
    fn is_later_than_the_first_commit() {
        assert!(super::now() > 1_700_000_000);
    }
}
