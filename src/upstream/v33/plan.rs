//! Change detection against a shadow copy, and echo suppression. What to do about one module: what a row of the cloud
//! means here, and what of ours should be there. Pure.
//!
//! Called by `pull` and `push`; calls `domain`. The shadow is what the cloud is known to hold: comparing with
//! it tells the office's marks from echoes of our own, and what somebody there has seen from what not.

use crate::domain::id::DeviceId;
use crate::domain::merge::Source;
use crate::domain::op::Mark;
use crate::domain::stamp::actor_of;
use crate::domain::{Body, Carried, ModuleState, Seen, Stamp, Status, Token};
use crate::hub::ParkedCode;
use crate::store::Shadow;

use super::id::op_id;
use super::wire::CloudRow;

/// What a row of the cloud is to us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowMeaning {
    /// Known: nothing to do.
    Echo,
    /// What is there is what we hold; only the shadow has to say so.
    Same(Shadow),
    /// Somebody marked the module in the cloud.
    Mark(Box<Carried>, Shadow),
}

/// Whether what the cloud holds is this.
fn alike(status: Status, comment: Option<&str>, technician: &str, row: &CloudRow) -> bool {
    status == row.status && comment == row.comment.as_deref() && technician == row.author.id.as_str()
}

/// Judge one row of `updates`.
pub fn judge(
    token: &Token,
    row: &CloudRow,
    shadow: Option<&Shadow>,
    state: Option<&ModuleState>,
) -> RowMeaning {
    if let Some(shadow) = shadow
        && alike(shadow.status, shadow.comment.as_deref(), shadow.technician.as_str(), row)
    {
        // What we sent comes back at the cloud's time of arrival, and again when a try of ours arrives twice.
        // What somebody there marked comes again later only when they marked it again.
        if shadow.pushed || row.updated_ms <= shadow.updated_ms {
            return RowMeaning::Echo;
        }
    } else if let Some(wanted) = state.and_then(DesiredRow::of)
        && alike(wanted.status, wanted.comment, wanted.technician, row)
    {
        // Sent by a try whose answer never came, or the same mark by another way.
        return RowMeaning::Same(wanted.shadow(row.updated_ms));
    }
    let base = shadow.map(|shadow| shadow.seen.clone()).unwrap_or_default();
    let actor = actor_of(row.author.id.as_str());
    let mut stamp = Stamp { ms: row.updated_ms, counter: 0, actor };
    // They saw what we had sent, whatever our clock said then.
    if let Some(latest) = base.latest().filter(|latest| *latest >= stamp) {
        stamp = latest.next_for(actor);
    }
    // v3.3 sends the whole row. What is as it was there before is no statement of theirs: a comment that we
    // have and they have not seen stays.
    let comment_touched = match shadow {
        Some(shadow) => shadow.comment != row.comment,
        None => row.comment.is_some(),
    };
    let status_touched = shadow.is_none_or(|shadow| shadow.status != row.status) || !comment_touched;
    let mark = Mark {
        module: row.module.clone(),
        status: status_touched.then_some(Some(row.status)),
        comment: comment_touched.then(|| row.comment.clone()),
    };
    let mut seen = base.clone();
    seen.add(stamp);
    let after = Shadow {
        status: row.status,
        comment: row.comment.clone(),
        technician: row.author.id.clone(),
        updated_ms: row.updated_ms,
        pushed: false,
        seen,
    };
    let carried = Carried {
        id: op_id(token, row, &base),
        author: row.author.clone(),
        device: device(row),
        marked_ms: row.updated_ms,
        stamp,
        base,
        body: Body::Mark(mark),
    };
    RowMeaning::Mark(Box::new(carried), after)
}

/// Something of ours whose arrival we never heard of: the module showed exactly this at some moment since the
/// shadow. It comes back at the cloud's time of arrival, and must not beat what was marked here since. `marks` are
/// the module's, in the order of our log.
///
/// `state` is that before these marks, and then after them: they come in pages.
pub fn once_shown(
    state: &mut ModuleState,
    marks: &[Carried],
    row: &CloudRow,
    shadow: Option<&Shadow>,
) -> Option<Shadow> {
    marks.iter().find_map(|op| {
        let source = Source { stamp: op.stamp, op: op.id, by: &op.author, marked_ms: op.marked_ms };
        state.take(&op.body, &op.base, source)?;
        // Nothing was sent of a moment before the shadow, or of its own: whoever shows that now means it anew.
        let since = shadow
            .is_none_or(|shadow| covers(state.seen(), &shadow.seen) && !covers(&shadow.seen, state.seen()));
        if !since {
            return None;
        }
        DesiredRow::of(state)
            .filter(|wanted| alike(wanted.status, wanted.comment, wanted.technician, row))
            .map(|wanted| wanted.shadow(row.updated_ms))
    })
}

fn covers(all: &Seen, some: &Seen) -> bool {
    some.stamps().iter().all(|stamp| all.covers(*stamp))
}

/// A technician id is always of the characters of a device id.
fn device(row: &CloudRow) -> DeviceId {
    DeviceId::from(row.author.id.clone())
}

/// What of a module should be in the cloud.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DesiredRow<'a> {
    pub status: Status,
    pub comment: Option<&'a str>,
    pub technician: &'a str,
    pub name: &'a str,
    author: &'a crate::domain::Author,
    seen: &'a Seen,
}

impl<'a> DesiredRow<'a> {
    /// `None`: it has no status, which v3.3 cannot say.
    pub fn of(state: &'a ModuleState) -> Option<Self> {
        let (author, _) = state.last()?;
        Some(Self {
            status: state.status()?,
            comment: state.comment(),
            technician: author.id.as_str(),
            name: &author.name,
            author,
            seen: state.seen(),
        })
    }

    pub fn is_in(&self, shadow: &Shadow) -> bool {
        self.status == shadow.status
            && self.comment == shadow.comment.as_deref()
            && self.technician == shadow.technician.as_str()
    }

    /// The shadow once the cloud holds this.
    pub fn shadow(&self, updated_ms: u64) -> Shadow {
        Shadow {
            status: self.status,
            comment: self.comment.map(str::to_owned),
            technician: self.author.id.clone(),
            updated_ms,
            pushed: true,
            seen: self.seen.clone(),
        }
    }
}

/// What to do about a module that has changed here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PushAction<'a> {
    /// The cloud holds it, or has no use for it.
    Nothing,
    Send(DesiredRow<'a>),
    /// v3.3 has no words for it.
    Unsayable(ParkedCode),
}

pub fn push_action<'a>(state: &'a ModuleState, shadow: Option<&Shadow>) -> PushAction<'a> {
    match (DesiredRow::of(state), shadow) {
        (Some(wanted), Some(shadow)) if wanted.is_in(shadow) => PushAction::Nothing,
        (Some(wanted), _) => PushAction::Send(wanted),
        (None, Some(_)) => PushAction::Unsayable(ParkedCode::TakenBack),
        (None, None) if state.comment().is_some() => PushAction::Unsayable(ParkedCode::CommentAlone),
        (None, None) => PushAction::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::merge::Source;
    use crate::domain::{Author, ModuleId, OpId};

    const TEN: u64 = 1_780_000_000_000;
    const HOUR: u64 = 3_600_000;

    fn token() -> Token {
        Token::parse("jalibat").unwrap()
    }

    fn row(status: Status, comment: Option<&str>, technician: &str, updated_ms: u64) -> CloudRow {
        CloudRow {
            module: ModuleId::parse("M001").unwrap(),
            status,
            comment: comment.map(str::to_owned),
            author: Author::new(technician, None).unwrap(),
            updated_ms,
        }
    }

    /// A mark made on the site.
    fn mark(
        state: &mut ModuleState,
        technician: &str,
        status: Option<Status>,
        comment: Option<&str>,
        ms: u64,
    ) {
        let by = Author::new(technician, None).unwrap();
        let mark = Mark {
            module: ModuleId::parse("M001").unwrap(),
            status: status.map(Some),
            comment: comment.map(|text| Some(text.to_owned())),
        };
        let base = state.seen().clone();
        let stamp = Stamp { ms, counter: 0, actor: actor_of(technician) };
        let op = OpId::from_u128(u128::from(ms) + u128::from(stamp.actor));
        state.apply(&mark, &base, Source { stamp, op, by: &by, marked_ms: ms });
    }

    fn take_in(state: &mut ModuleState, carried: &Carried) {
        let Body::Mark(mark) = &carried.body else { panic!("a mark") };
        let source = Source {
            stamp: carried.stamp,
            op: carried.id,
            by: &carried.author,
            marked_ms: carried.marked_ms,
        };
        state.apply(mark, &carried.base, source);
    }

    fn sent(state: &ModuleState) -> Shadow {
        DesiredRow::of(state).unwrap().shadow(0)
    }

    fn marked(verdict: RowMeaning) -> (Carried, Shadow) {
        match verdict {
            RowMeaning::Mark(carried, shadow) => (*carried, shadow),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_we_sent_is_an_echo_however_often_and_late_it_arrives() {
        let mut state = ModuleState::default();
        mark(&mut state, "tech_site", Some(Status::Dead), None, TEN);
        let shadow = sent(&state);
        let echo = row(Status::Dead, None, "tech_site", TEN + HOUR);
        assert_eq!(judge(&token(), &echo, Some(&shadow), Some(&state)), RowMeaning::Echo);
        // Marked again here meanwhile: the older echo must not win.
        mark(&mut state, "tech_site", Some(Status::Ok), None, TEN + 1);
        assert_eq!(judge(&token(), &echo, Some(&shadow), Some(&state)), RowMeaning::Echo);
        assert!(matches!(push_action(&state, Some(&shadow)), PushAction::Send(_)));
    }

    #[test]
    fn a_try_whose_answer_never_came_is_recognised_by_its_content() {
        let mut state = ModuleState::default();
        mark(&mut state, "tech_site", Some(Status::Dead), Some("glass"), TEN);
        let there = row(Status::Dead, Some("glass"), "tech_site", TEN + HOUR);
        let RowMeaning::Same(shadow) = judge(&token(), &there, None, Some(&state)) else {
            panic!("the same")
        };
        assert_eq!(push_action(&state, Some(&shadow)), PushAction::Nothing);
    }

    #[test]
    fn the_later_mark_wins_both_ways_round_and_both_are_a_conflict() {
        for (office, site, winner) in [(TEN + HOUR, TEN, Status::Ok), (TEN, TEN + HOUR, Status::Dead)] {
            let mut state = ModuleState::default();
            mark(&mut state, "tech_site", Some(Status::Dead), None, site);
            let told = row(Status::Ok, None, "tech_office", office);
            let (carried, shadow) = marked(judge(&token(), &told, None, Some(&state)));
            take_in(&mut state, &carried);
            assert_eq!(state.status(), Some(winner));
            assert!(state.conflict());
            let goes_up = matches!(push_action(&state, Some(&shadow)), PushAction::Send(_));
            assert_eq!(goes_up, winner == Status::Dead);
        }
    }

    #[test]
    fn the_office_that_saw_our_mark_is_in_no_conflict_with_it_whatever_the_clocks_say() {
        let mut state = ModuleState::default();
        mark(&mut state, "tech_site", Some(Status::Dead), None, TEN + HOUR);
        let shadow = sent(&state);
        // The cloud's clock is behind ours.
        let told = row(Status::Ok, None, "tech_office", TEN);
        let (carried, _) = marked(judge(&token(), &told, Some(&shadow), Some(&state)));
        take_in(&mut state, &carried);
        assert_eq!((state.status(), state.conflict()), (Some(Status::Ok), false));
    }

    #[test]
    fn what_the_office_did_not_touch_is_no_statement_of_theirs() {
        let mut state = ModuleState::default();
        mark(&mut state, "tech_site", Some(Status::Dead), None, TEN);
        let shadow = sent(&state);
        mark(&mut state, "tech_other", None, Some("burnt"), TEN + 1);
        let told = row(Status::Ok, None, "tech_office", TEN + HOUR);
        let (carried, shadow) = marked(judge(&token(), &told, Some(&shadow), Some(&state)));
        take_in(&mut state, &carried);
        assert_eq!((state.status(), state.comment()), (Some(Status::Ok), Some("burnt")));
        let PushAction::Send(wanted) = push_action(&state, Some(&shadow)) else {
            panic!("both belong there")
        };
        assert_eq!((wanted.status, wanted.comment), (Status::Ok, Some("burnt")));
    }

    #[test]
    fn the_office_marking_the_same_again_later_counts_and_reading_it_twice_does_not() {
        let first = row(Status::Dead, None, "tech_office", TEN);
        let (carried, shadow) = marked(judge(&token(), &first, None, None));
        let mut state = ModuleState::default();
        take_in(&mut state, &carried);
        assert_eq!(judge(&token(), &first, Some(&shadow), Some(&state)), RowMeaning::Echo, "the overlap");
        mark(&mut state, "tech_site", Some(Status::Ok), None, TEN + HOUR);
        let again = row(Status::Dead, None, "tech_office", TEN + 2 * HOUR);
        let (carried, shadow) = marked(judge(&token(), &again, Some(&shadow), Some(&state)));
        take_in(&mut state, &carried);
        assert_eq!(state.status(), Some(Status::Dead));
        assert_eq!(push_action(&state, Some(&shadow)), PushAction::Nothing);
    }

    #[test]
    fn an_office_that_changes_its_mind_and_changes_it_back_is_believed() {
        // Older than what the office says, and the cloud never heard of it.
        let ours = Carried {
            id: OpId::from_u128(1),
            author: Author::new("tech_site", None).unwrap(),
            device: DeviceId::parse("dev_site").unwrap(),
            marked_ms: TEN - HOUR,
            stamp: Stamp { ms: TEN - HOUR, counter: 0, actor: actor_of("dev_site") },
            base: Seen::default(),
            body: Body::Mark(Mark {
                module: ModuleId::parse("M001").unwrap(),
                status: Some(Some(Status::Ok)),
                comment: None,
            }),
        };
        let (mut state, mut marks, mut shadow) = (ModuleState::default(), vec![ours.clone()], None);
        take_in(&mut state, &ours);
        for (n, said) in [Status::Dead, Status::Microcracks, Status::Dead].into_iter().enumerate() {
            let told = row(said, None, "tech_office", TEN + n as u64 * HOUR);
            let (carried, after) = marked(judge(&token(), &told, shadow.as_ref(), Some(&state)));
            assert_eq!(
                once_shown(&mut ModuleState::default(), &marks, &told, shadow.as_ref()),
                None,
                "{said:?}"
            );
            take_in(&mut state, &carried);
            assert_eq!(state.status(), Some(said));
            marks.push(carried);
            shadow = Some(after);
        }
    }

    #[test]
    fn what_v33_has_no_words_for_is_said_so() {
        let mut state = ModuleState::default();
        assert_eq!(push_action(&state, None), PushAction::Nothing);
        mark(&mut state, "tech_site", None, Some("where is it?"), TEN);
        assert_eq!(push_action(&state, None), PushAction::Unsayable(ParkedCode::CommentAlone));
        mark(&mut state, "tech_site", Some(Status::Dead), None, TEN + 1);
        let shadow = sent(&state);
        let by = Author::new("tech_site", None).unwrap();
        let back = Mark { module: ModuleId::parse("M001").unwrap(), status: Some(None), comment: None };
        let stamp = Stamp { ms: TEN + 2, counter: 0, actor: actor_of("tech_site") };
        let source = Source { stamp, op: OpId::from_u128(9), by: &by, marked_ms: TEN + 2 };
        let base = state.seen().clone();
        state.apply(&back, &base, source);
        assert_eq!(push_action(&state, Some(&shadow)), PushAction::Unsayable(ParkedCode::TakenBack));
    }
}
