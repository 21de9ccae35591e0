//! How a rule set writes its rules down.

/// Makes `TOPICS` and `rule` from lines of the form `Topic: id, sentence, chapter, source;`.
///
/// What a runtime says nothing about has a rule that owns up to that; it shows in a trace only if a rule set is
/// incomplete, and a test looks for it.
macro_rules! rules {
    ($runtime:literal; $($topic:ident: $id:literal, $sentence:literal, $chapter:literal, $source:literal;)*) => {
        /// Every topic, in the order in which the rules are listed.
        pub(in $crate::rules) const TOPICS: &[$crate::rules::Topic] = &[$($crate::rules::Topic::$topic),*];

        /// The rule for a topic.
        pub(in $crate::rules) fn rule(topic: $crate::rules::Topic) -> &'static $crate::rules::Rule {
            #[allow(unreachable_patterns)]
            match topic {
                $($crate::rules::Topic::$topic => &$crate::rules::Rule {
                    id: concat!($runtime, "/", $id),
                    sentence: $sentence,
                    chapter: $chapter,
                    source: $source,
                },)*
                _ => &$crate::rules::Rule {
                    id: concat!($runtime, "/unexplained"),
                    sentence: "no rule of this runtime says why",
                    chapter: "daemon-threads.md",
                    source: "-",
                },
            }
        }
    };
}

pub(in crate::rules) use rules;
