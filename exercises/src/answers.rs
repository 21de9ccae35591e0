//! The learner's answers: `answer.txt`, made of `[run]` sections with `question = answer` lines.
//!
//! Not KDL: nobody should fail a question about threads because of a quote.

/// One answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    /// The section it stands in.
    pub(crate) run: String,
    /// What stands before the `=`.
    pub(crate) question: String,
    /// What stands behind it; empty or `?`: not answered.
    pub(crate) answer: String,
}

impl Answer {
    /// Whether the learner has answered.
    pub(crate) fn is_open(&self) -> bool {
        self.answer.is_empty() || self.answer.chars().all(|c| c == '?')
    }
}

/// Reads the file.
///
/// # Errors
///
/// One sentence per line that is neither a section nor an answer nor a comment.
pub(crate) fn parse(text: &str) -> Result<Vec<Answer>, Vec<String>> {
    let (mut answers, mut mistakes) = (vec![], vec![]);
    let mut run = String::new();
    for (number, line) in (1..).zip(text.trim_start_matches('\u{feff}').lines()) {
        let line = line.split('#').next().unwrap_or("").trim();
        if line.is_empty() {
            continue;
        }
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            run = squeeze(name);
        } else if let Some((question, answer)) = line.split_once('=') {
            let answer = answer.trim().trim_matches(['"', '\'', '`']).trim().to_owned();
            answers.push(Answer { run: run.clone(), question: squeeze(question), answer });
        } else {
            let shown: String = line.chars().filter(|c| !c.is_control()).take(40).collect();
            mistakes.push(format!("line {number}: expected `question = answer`, found `{shown}`"));
        }
    }
    if mistakes.is_empty() { Ok(answers) } else { Err(mistakes) }
}

/// Lower case, with single spaces.
fn squeeze(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_sections_answers_and_comments() {
        let text = "# note\n[Run A]\nends  after = \"3.5s\"   # a time\r\ncut off = ?\n\n[run b]\nexit =\n";
        let answers = parse(text).unwrap();
        let flat: Vec<_> = answers
            .iter()
            .map(|one| (one.run.as_str(), one.question.as_str(), one.answer.as_str(), one.is_open()))
            .collect();
        let expected = [
            ("run a", "ends after", "3.5s", false),
            ("run a", "cut off", "?", true),
            ("run b", "exit", "", true),
        ];
        assert_eq!(flat, expected);
    }

    #[test]
    fn names_every_line_that_is_no_answer() {
        let mistakes = parse("[a]\nends after: 3s\n\nhello\n").unwrap_err();
        let expected = [
            "line 2: expected `question = answer`, found `ends after: 3s`",
            "line 4: expected `question = answer`, found `hello`",
        ];
        assert_eq!(mistakes, expected);
    }
}
