//! `bobmap help`

use super::Exit;
use crate::guide;
use crate::value::text::nearest;
use std::fmt::Write;

/// Print a page of the guide, the page of a code, or a command's flags
#[derive(Debug, clap::Args)]
pub struct Help {
    /// A topic, a command, a code of a finding, a step, a target or a key; left out: the list
    #[arg(value_name = "TOPIC")]
    topic: Option<String>,
}

impl Help {
    pub fn run(self) -> anyhow::Result<Exit> {
        let text = match &self.topic {
            None => overview(),
            Some(topic) => match page(topic) {
                Some(text) => text,
                None => {
                    super::complain(&unknown(topic));
                    return Ok(Exit::Usage);
                }
            },
        };
        super::print(&text)?;
        Ok(Exit::Clean)
    }
}

fn overview() -> String {
    let mut text = format!("{}\nTopics (bobmap help TOPIC):\n", super::whole().render_help());
    let width = guide::PAGES.iter().map(|page| page.name.len()).max().unwrap_or_default();
    for page in guide::PAGES {
        writeln!(text, "  {:width$}  {}", page.name, page.summary).expect("a string takes all text");
    }
    text + "\nCommands, codes of findings, steps, targets and keys are topics too: bobmap help unknown-key\n"
}

/// The guide's page on the topic, and a command's flags; a command may have both.
fn page(topic: &str) -> Option<String> {
    let page = guide::find(topic);
    let flags = flags(topic);
    match (page, flags) {
        (Some(page), Some(flags)) => Some(format!("{page}\n## Flags\n\n{flags}")),
        (Some(page), None) => Some(page.into_owned()),
        (None, flags) => flags,
    }
}

/// What `bobmap COMMAND --help` prints.
fn flags(command: &str) -> Option<String> {
    let cli = super::whole();
    cli.find_subcommand(command)?;
    let help = cli.try_get_matches_from(["bobmap", command, "--help"]).expect_err("`--help` is never a match");
    Some(help.to_string())
}

fn unknown(topic: &str) -> String {
    let cli = super::whole();
    let mut topics: Vec<&str> = cli.get_subcommands().map(|command| command.get_name()).collect();
    topics.extend(guide::topics());
    match nearest(topic, topics) {
        Some(near) => format!("there is no topic `{topic}`; did you mean `{near}`?"),
        None => format!("there is no topic `{topic}`; `bobmap help` lists them"),
    }
}
