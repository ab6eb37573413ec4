//! A headless Chromium driven by chromedriver over the `WebDriver` protocol (W3C), which is JSON over HTTP.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use base64::Engine as _;
use serde_json::{Value, json};

/// The keys that have no character, as `WebDriver` names them.
pub(crate) const ENTER: &str = "\u{E007}";
pub(crate) const ESCAPE: &str = "\u{E00C}";
pub(crate) const DOWN: &str = "\u{E015}";
pub(crate) const RIGHT: &str = "\u{E014}";

/// The name by which `WebDriver` hands out elements.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A browser that ends with the test.
pub(crate) struct Browser {
    driver: Child,
    session: String,
    agent: ureq::Agent,
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Ending the session ends the browser; ending the driver alone would leave it behind.
        let _ = self.agent.delete(&self.session).call();
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

impl Browser {
    /// Starts the driver on a free port, and a browser whose state lies in `profile`.
    pub(crate) fn start(profile: &Path) -> Self {
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver is installed: scripts/setup does it");
        let lines = BufReader::new(driver.stdout.take().expect("its output is piped")).lines();
        let told = lines.map_while(Result::ok).find(|line| line.contains("started successfully on port"));
        let port: String = told.expect("chromedriver tells its port").chars().filter(char::is_ascii_digit).collect();
        let agent = ureq::Agent::new_with_config(ureq::Agent::config_builder().http_status_as_error(false).build());
        let arguments = [
            "--headless=new".to_owned(),
            // A container has no user namespaces, and root may not use the sandbox; the page is our own.
            "--no-sandbox".to_owned(),
            "--disable-dev-shm-usage".to_owned(),
            "--disable-background-networking".to_owned(),
            "--no-first-run".to_owned(),
            // Clicks do not wait for a smooth scroll to end.
            "--force-prefers-reduced-motion".to_owned(),
            format!("--user-data-dir={}", profile.display()),
        ];
        let wanted = json!({ "capabilities": { "alwaysMatch": {
            "browserName": "chrome",
            "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
            "goog:chromeOptions": { "args": arguments },
        } } });
        let mut browser = Self { driver, session: format!("http://127.0.0.1:{port}/session"), agent };
        let made = browser.post("", &wanted);
        let id = made["sessionId"].as_str().unwrap_or_else(|| panic!("a session: {made}"));
        browser.session = format!("{}/{id}", browser.session);
        browser
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        let mut answer =
            self.agent.post(format!("{}{path}", self.session)).send_json(body).expect("the driver answers");
        let text: Value = answer.body_mut().with_config().limit(64 << 20).read_json().expect("JSON");
        assert!(answer.status().is_success(), "{path}: {}", text["value"]["message"]);
        text["value"].clone()
    }

    /// Opens a file.
    pub(crate) fn open(&self, file: &Path) {
        self.post("/url", &json!({ "url": format!("file://{}", file.display()) }));
    }

    /// Sets the size of the window.
    pub(crate) fn size(&self, width: u32, height: u32) {
        self.post("/window/rect", &json!({ "width": width, "height": height }));
    }

    /// What a script returns.
    pub(crate) fn script(&self, script: &str) -> Value {
        self.post("/execute/sync", &json!({ "script": script, "args": [] }))
    }

    /// Clicks the first element of a selector, as a mouse would.
    pub(crate) fn click(&self, selector: &str) {
        let found = self.post("/element", &json!({ "using": "css selector", "value": selector }));
        let id = found[ELEMENT].as_str().unwrap_or_else(|| panic!("{selector} is there"));
        let middle = "arguments[0].scrollIntoView({ block: 'center' })";
        self.post("/execute/sync", &json!({ "script": middle, "args": [found] }));
        self.post(&format!("/element/{id}/click"), &json!({}));
    }

    /// Types keys into whatever has the focus.
    pub(crate) fn keys(&self, keys: &[&str]) {
        let actions: Vec<Value> = keys
            .iter()
            .flat_map(|key| ["keyDown", "keyUp"].map(|kind| json!({ "type": kind, "value": key })))
            .collect();
        self.post("/actions", &json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": actions }] }));
    }

    /// The page on paper, as PDF.
    pub(crate) fn print(&self) -> Vec<u8> {
        let printed = self.post("/print", &json!({ "background": true }));
        base64::engine::general_purpose::STANDARD.decode(printed.as_str().expect("base64")).expect("base64")
    }

    /// Everything that the console said since the last call.
    pub(crate) fn console(&self) -> Vec<String> {
        let entries = self.post("/se/log", &json!({ "type": "browser" }));
        entries.as_array().expect("a list").iter().map(|entry| entry["message"].to_string()).collect()
    }

    /// Leaves the page that the browser itself begins with, and what that asked for.
    pub(crate) fn forget_requests(&self) {
        self.post("/url", &json!({ "url": "about:blank" }));
        self.requests();
    }

    /// The addresses that the page asked for since the last call.
    pub(crate) fn requests(&self) -> Vec<String> {
        let entries = self.post("/se/log", &json!({ "type": "performance" }));
        let message = |entry: &Value| -> Option<Value> { serde_json::from_str(entry["message"].as_str()?).ok() };
        let sent = entries.as_array().expect("a list").iter().filter_map(message).filter_map(|entry| {
            let event = &entry["message"];
            (event["method"] == "Network.requestWillBeSent")
                .then(|| event["params"]["request"]["url"].as_str().unwrap_or_default().to_owned())
        });
        sent.collect()
    }
}
