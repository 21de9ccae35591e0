//! The list of exercises: `info.kdl`.

use std::fmt;
use std::path::{Path, PathBuf};

use closing_time_engine::scenario::kdl::KdlNode;
use closing_time_engine::scenario::nearest;

use crate::{Problem, nodes};

/// The version of `info.kdl` and `checks.kdl` that this harness reads.
const FORMAT_VERSION: u64 = 1;

/// One exercise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exercise {
    /// The name of its folder, such as `02-fix-the-hang`.
    pub name: String,
    /// One line: what it is about.
    pub title: String,
    /// How it is graded.
    pub kind: Kind,
    /// The file that the learner edits, a name within [`folder`](Self::folder).
    pub file: String,
    /// About how long it takes, in minutes.
    pub minutes: u64,
    /// What passes, one sentence.
    pub passes: String,
    /// What to think about, or try, once it is solved.
    pub after: String,
    /// The chapter of the book behind it, a path below `book/src`.
    pub chapter: String,
    /// Where it lies.
    pub folder: PathBuf,
}

/// How an exercise is graded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Questions about runs; the engine knows the answers.
    Predict,
    /// A scenario to repair; the harness runs it and checks what comes of it.
    Repair,
}

impl Exercise {
    /// The path of the file that the learner edits.
    pub fn path(&self) -> PathBuf {
        self.folder.join(&self.file)
    }

    /// The path of the untouched copy.
    pub fn original(&self) -> PathBuf {
        self.folder.join("original").join(&self.file)
    }

    /// The path of the reference solution.
    pub fn solution(&self) -> PathBuf {
        self.folder.join("solution").join(&self.file)
    }

    /// The path of a file of the exercise as it is written in commands, from the root of the repository.
    pub fn shown(&self, file: &str) -> String {
        format!("exercises/{}/{file}", self.name)
    }
}

/// There is no exercise with this name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// What was asked for.
    pub name: String,
    /// What was probably meant.
    pub nearest: Option<String>,
}

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is no exercise `{}`", self.name.escape_default())?;
        match &self.nearest {
            Some(name) => write!(f, "; did you mean `{name}`?"),
            None => write!(f, "; `cargo run -- exercise list` shows them all"),
        }
    }
}

/// The directory of the exercises: the nearest `exercises` that holds an `info.kdl`, from `from` upwards.
///
/// # Errors
///
/// There is none.
pub fn root(from: &Path) -> Result<PathBuf, Problem> {
    let mut candidates = from.ancestors().flat_map(|up| [up.join("exercises"), up.to_owned()]);
    let found = candidates.find(|directory| {
        directory.file_name().is_some_and(|name| name == "exercises") && directory.join("info.kdl").is_file()
    });
    found.ok_or_else(|| {
        Problem::new(format!(
            "no exercises here: neither {} nor a directory above it has exercises/info.kdl; \
             go to the directory of the repository first",
            from.display()
        ))
    })
}

/// All exercises below `root`, in the order in which they are meant to be done.
///
/// # Errors
///
/// `info.kdl` is missing or not as expected.
pub fn all(root: &Path) -> Result<Vec<Exercise>, Problem> {
    let path = root.join("info.kdl");
    let within = |problem: Problem| Problem::new(format!("{}: {problem}", path.display()));
    let (top, _) = nodes::top(&path, "exercises")?;
    let version = nodes::number(&top, "format-version").map_err(within)?;
    if version != FORMAT_VERSION {
        return Err(within(Problem::new(format!(
            "format-version is {version}, but this harness reads {FORMAT_VERSION}"
        ))));
    }
    nodes::only(&top, &["exercise"]).map_err(within)?;
    nodes::children(&top).iter().map(|node| exercise(root, node).map_err(within)).collect()
}

fn exercise(root: &Path, node: &KdlNode) -> Result<Exercise, Problem> {
    nodes::only(node, &["title", "kind", "file", "minutes", "passes", "after", "chapter"])?;
    let name = nodes::text(node, 0)?;
    let get = |what: &'static str| {
        nodes::child_text(node, what)?
            .ok_or_else(|| Problem::new(format!("exercise `{name}` has no `{what}`")))
    };
    let kind = match get("kind")?.as_str() {
        "predict" => Kind::Predict,
        "repair" => Kind::Repair,
        other => return Err(Problem::new(format!("kind `{other}` is neither `predict` nor `repair`"))),
    };
    Ok(Exercise {
        title: get("title")?,
        kind,
        file: get("file")?,
        minutes: nodes::number(node, "minutes")?,
        passes: get("passes")?,
        after: get("after")?,
        chapter: get("chapter")?,
        folder: root.join(&name),
        name,
    })
}

/// The exercise called `name`: `02-fix-the-hang`, `fix-the-hang`, `02` or `2`.
///
/// # Errors
///
/// There is none; the nearest name is suggested.
pub fn find<'e>(exercises: &'e [Exercise], name: &str) -> Result<&'e Exercise, Unknown> {
    // A path with a trailing slash is what completion of file names types.
    let name = name.trim_end_matches('/');
    let wanted = name.rsplit('/').next().unwrap_or(name);
    let is = |exercise: &&Exercise| {
        let (number, words) = exercise.name.split_once('-').unwrap_or(("", &exercise.name));
        let same_number = number.parse::<u32>().is_ok_and(|number| wanted.parse() == Ok(number));
        exercise.name == wanted || words == wanted || same_number
    };
    exercises.iter().find(is).ok_or_else(|| {
        let words = exercises.iter().filter_map(|one| Some(one.name.split_once('-')?.1));
        let meant = nearest(wanted, exercises.iter().map(|one| one.name.as_str()).chain(words));
        let nearest = meant.and_then(|meant| exercises.iter().find(|one| one.name.ends_with(meant)));
        Unknown { name: name.to_owned(), nearest: nearest.map(|one| one.name.clone()) }
    })
}
