//! Why a run never ends, in sentences for somebody who has never seen a deadlock.

use crate::trace::{Chain, Does, Hang, HangKind, Link, Outcome, Thing};

use super::layout::clean;

/// More links than this are counted instead of told.
const MOST_LINKS: usize = 8;

/// Why a run never ends, in a few sentences; `None` if it ends, or nobody knows.
pub fn why_it_hangs(outcome: &Outcome) -> Option<String> {
    let several = outcome.processes.len() > 1;
    let Hang { chains, .. } = outcome.hang.as_ref()?;
    let told: Vec<_> = chains.iter().map(|chain| Teller { chain, several }.tell()).collect();
    Some(clean(&told.join(" ")))
}

struct Teller<'a> {
    chain: &'a Chain,
    several: bool,
}

impl Teller<'_> {
    fn tell(&self) -> String {
        let links = &self.chain.links;
        let mut sentences = Vec::new();
        for (at, link) in links.iter().enumerate() {
            if at == MOST_LINKS - 1 && links.len() > MOST_LINKS {
                let left = links.len() - MOST_LINKS;
                sentences.push(format!("So it goes on through {left} more threads."));
            } else if at < MOST_LINKS || at + 1 == links.len() {
                sentences.push(self.sentence(at, link));
            }
        }
        let patient = links.iter().find(|link| link.gives_up);
        match patient {
            Some(link) => sentences.push(format!(
                "In time {} would give up; but where a thread can always move, no timeout fires unless asked for \
                 (--timeouts early).",
                self.who(link)
            )),
            None => sentences.extend(self.conclusion()),
        }
        sentences.join(" ")
    }

    /// A main thread goes by the name of its process where there are several.
    fn who<'l>(&self, link: &'l Link) -> &'l str {
        if self.several && link.thread == "main" { &link.process } else { &link.thread }
    }

    fn sentence(&self, at: usize, link: &Link) -> String {
        let who = self.who(link);
        let runs = match &link.inside {
            Some(handler) => format!(" runs {handler} and"),
            None if link.over => " is over and".into(),
            None => String::new(),
        };
        let before = at.checked_sub(1).and_then(|before| self.chain.links[before].waits_for.as_ref());
        let Some(before) = before else {
            return match link.does {
                Does::Moves => format!("{who} itself goes round for ever."),
                _ => format!("{who}{runs} waits {}.", self.what(at, link)),
            };
        };
        let head = match (before.kind, link.does) {
            (Thing::Lock, Does::Stopped) => {
                return format!(
                    "{who} holds it, and was stopped for good inside its lock block: nobody can give it back."
                );
            }
            (Thing::Lock, Does::Moves) => return format!("{who} holds it, and goes round for ever."),
            (_, Does::Stopped) => return format!("{who} was stopped for good, and never ends."),
            (_, Does::Moves) => return format!("{who} never does: it goes round for ever."),
            (Thing::Lock, _) => format!("{who} holds it, and"),
            (Thing::Event, _) => format!("{who} would set it, but"),
            (Thing::Item, _) => format!("{who} would put one in, but"),
            (Thing::Room, _) => format!("{who} would take one out, but"),
            (Thing::AllDone, _) => format!("{who} would mark one as done, but"),
            (Thing::Work, _) => format!("{who} would submit one or shut the pool down, but"),
            (Thing::PoolRoom, _) => format!("{who} would take one, but"),
            (
                Thing::Thread
                | Thing::Process
                | Thing::Exit
                | Thing::Start
                | Thing::Reader
                | Thing::EventLoop,
                _,
            ) => {
                format!("{who} does not, because it")
            }
        };
        format!("{head}{runs} waits {}.", self.what(at, link))
    }

    /// As in `for lock index`, and who could bring it if that is not said in the next sentence.
    fn what(&self, at: usize, link: &Link) -> String {
        let Some(wait) = &link.waits_for else { return "for ever".into() };
        let name = &wait.name;
        let words = match wait.kind {
            Thing::Lock => format!("for lock {name}"),
            Thing::Event => format!("for event {name}"),
            Thing::Item => format!("for an item in {name}"),
            Thing::Room => format!("for room in {name}"),
            Thing::AllDone => format!("until every item of {name} is marked as done"),
            Thing::Work => format!("for work in {name}"),
            Thing::PoolRoom => format!("for room in {name}"),
            // Whoever shuts down waits for those alone.
            Thing::Thread if link.over && link.inside.is_none() && self.is_no_daemon(at) => {
                format!("for {name}, which is no daemon, to end")
            }
            Thing::Thread => format!("for {name} to end"),
            Thing::Process => format!("for process {name} to end"),
            Thing::EventLoop => "for main to come back to its event loop".into(),
            Thing::Reader => "for somebody who reads what it prints, into a pipe that is full".into(),
            Thing::Exit => "for an end of the process that nobody brings any more".into(),
            Thing::Start => {
                "for a thread that it starts to come up, which none can any more in a process that is shut down"
                    .into()
            }
        };
        if at + 1 < self.chain.links.len() {
            return words;
        }
        let more = match (self.chain.back_to, wait.kind) {
            (Some(back), Thing::Lock) if back == at => ", which it holds itself".into(),
            (Some(back), kind) => {
                let who = self.who(&self.chain.links[back]);
                match kind {
                    Thing::Lock => format!(", which {who} holds"),
                    Thing::Event => format!(", which {who} would set"),
                    Thing::Item => format!(", which {who} would put in"),
                    Thing::Room | Thing::PoolRoom => format!(", which {who} would make"),
                    Thing::AllDone => format!(", which {who} would do"),
                    Thing::Work => format!(", which {who} would submit"),
                    Thing::Thread if back == at => ": for its own end".into(),
                    Thing::Thread
                    | Thing::Process
                    | Thing::Exit
                    | Thing::Start
                    | Thing::Reader
                    | Thing::EventLoop => String::new(),
                }
            }
            (None, Thing::Event) => ", which nobody is left to set".into(),
            (None, Thing::Item) => ", which nobody is left to put in".into(),
            (None, Thing::Room | Thing::PoolRoom) => ", which nobody is left to make".into(),
            (None, Thing::AllDone) => ", which nobody is left to do".into(),
            (None, Thing::Work) => ", which nobody is left to submit".into(),
            (None, _) => String::new(),
        };
        words + &more
    }

    /// Whether the thread behind a link is no daemon.
    fn is_no_daemon(&self, at: usize) -> bool {
        let back = || self.chain.links.get(self.chain.back_to?);
        self.chain.links.get(at + 1).or_else(back).is_some_and(|next| !next.daemon)
    }

    fn conclusion(&self) -> Option<String> {
        let links = &self.chain.links;
        let first = self.who(links.first()?);
        Some(match (self.chain.kind, self.chain.back_to) {
            (HangKind::Endless, _) => return None,
            (HangKind::WaitsForEver, _) if links.last()?.does == Does::Moves => return None,
            (HangKind::WaitsForEver, _) => format!("So {first} waits for ever."),
            (HangKind::Deadlock, Some(back)) => match links.len() - back {
                1 => "It can never go on: a deadlock with itself.".into(),
                2 => "Each waits for the other, so neither can ever go on: a deadlock.".into(),
                _ => {
                    "Each waits for the next, all the way round, so none of them can ever go on: a deadlock."
                        .into()
                }
            },
            (HangKind::Deadlock, None) if links.last()?.does == Does::Stopped => {
                format!("So {first} waits for ever: a deadlock.")
            }
            (HangKind::Deadlock, None) => {
                let mut waits = links.iter().filter_map(|link| link.waits_for.as_ref());
                let lock = waits.rfind(|wait| wait.kind == Thing::Lock)?;
                let lock = &lock.name;
                format!("So lock {lock} is never given back, and {first} waits for ever: a deadlock.")
            }
        })
    }
}
