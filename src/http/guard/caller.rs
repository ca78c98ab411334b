//! Authorization: who is calling, and what they may do, is decided here and nowhere else.
//!
//! `access` makes a caller of a request; limits and live feeds ask whom they count and who may go on.

use std::net::IpAddr;
use std::sync::Arc;

use crate::domain::crew::Role;
use crate::domain::id::DeviceId;
use crate::domain::site_clock::Witness;
use crate::domain::{Author, Invalid};
use crate::http::conn::connections;
use crate::http::conn::door::Peer;
use crate::http::error::ApiError;
use crate::hub::Hub;
use crate::hub::crew::{NotIn, Session};
use crate::store::Teller;

/// Who is calling.
#[derive(Debug, Clone, PartialEq)]
pub enum Caller {
    Admin,
    /// Anybody, on a hub that is open.
    Open {
        address: IpAddr,
    },
    Member(Arc<Session>),
    /// Somebody who has not joined: with no token, or one that is not good.
    Stranger {
        address: IpAddr,
        why: Option<NotIn>,
    },
}

/// Whom limits are counted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted<'a> {
    Device(&'a str),
    /// Where devices are not known: one IPv4 address or one IPv6 /64.
    Network(IpAddr),
}

/// What a handler asks of its caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    Read,
    Mark,
    Lead,
    /// The hub itself: for a lead, and on an open hub for nobody on the network.
    Keep,
    Administer,
}

impl Caller {
    pub fn may(&self, need: Need) -> Result<(), ApiError> {
        let needed = match (self, need) {
            (Caller::Admin, _) | (Caller::Open { .. }, Need::Read | Need::Mark | Need::Lead) => return Ok(()),
            (Caller::Stranger { why, .. }, _) => return Err(ApiError::not_in(*why)),
            (Caller::Open { .. }, Need::Keep | Need::Administer) | (Caller::Member(_), Need::Administer) => {
                return Err(ApiError::forbidden(
                    "only the fieldhub command on the hub itself may do this (it uses the Unix socket)",
                ));
            }
            (Caller::Member(_), Need::Read) => Role::Viewer,
            (Caller::Member(_), Need::Mark) => Role::Technician,
            (Caller::Member(_), Need::Lead | Need::Keep) => Role::Lead,
        };
        match self {
            Caller::Member(session) if session.member.role < needed => Err(ApiError::forbidden(format!(
                "this needs a {needed}, and you are a {}: a lead can change that",
                session.member.role
            ))),
            _ => Ok(()),
        }
    }

    /// Who an operation is by: whose token it came with; else who it says.
    pub fn author(&self, id: Option<String>, name: Option<String>) -> Result<Author, Invalid> {
        match self {
            Caller::Member(session) => Ok(Author {
                id: session.member.technician.clone(),
                name: session.member.name.as_str().into(),
            }),
            _ => Author::new(id.ok_or_else(|| Invalid::new("technician_id", "it is missing"))?, name),
        }
    }

    /// The tablet that an operation counts as: the one that joined; else the one it names, or its author's.
    pub fn device(&self, claimed: Option<String>, author: &Author) -> Result<DeviceId, Invalid> {
        match self {
            Caller::Member(session) => Ok(session.member.device.clone()),
            _ => DeviceId::parse(claimed.unwrap_or_else(|| author.id.to_string())),
        }
    }

    /// Whom what it says of another hub's log is told again.
    pub fn teller(&self) -> Teller {
        match self {
            Caller::Admin => Teller::Administrator,
            Caller::Open { .. } | Caller::Stranger { .. } => Teller::Anybody,
            Caller::Member(session) => Teller::Member(session.member.technician.to_string()),
        }
    }

    /// Who it is, for people.
    pub fn shown(&self) -> String {
        match self {
            Caller::Admin => "this machine".to_owned(),
            Caller::Open { address } | Caller::Stranger { address, .. } => address.to_string(),
            Caller::Member(session) => session.member.name.clone(),
        }
    }

    /// The caller as one of those whose clocks are listened to, calling from `peer`. Not by what it says of itself: a
    /// tablet that calls as technician here and as device there would agree with itself. Nobody listens to
    /// strangers, nor to the machine itself, whose clock the hub has looked at already.
    pub fn witness(&self, peer: Option<Peer>) -> Option<Witness> {
        match (self, peer) {
            (Caller::Open { address }, _) => {
                let network = connections::network(*address).to_string();
                Some(Witness { device: network.clone(), address: network, name: None, joined: false })
            }
            (Caller::Member(session), Some(Peer::Network(address))) => Some(Witness {
                device: session.member.technician.to_string(),
                address: address.to_canonical().to_string(),
                name: Some(session.member.name.clone()),
                joined: true,
            }),
            _ => None,
        }
    }

    /// Whom limits are counted for; the administrator has none.
    pub fn counted(&self) -> Option<Counted<'_>> {
        match self {
            Caller::Admin => None,
            Caller::Open { address } | Caller::Stranger { address, .. } => {
                Some(Counted::Network(connections::network(*address)))
            }
            // Who joins names a device, and may name another's; the technician is the hub's word.
            Caller::Member(session) => Some(Counted::Device(session.member.technician.as_str())),
        }
    }

    /// Whether somebody who is being served for long may go on as they are: the crew has changed, or time has
    /// passed. Somebody with another role than before asks again, and so learns of it.
    pub fn is_as_before(&self, hub: &Hub) -> bool {
        match (self, hub.crew()) {
            (Caller::Member(session), Some(crew)) => {
                crew.recheck(session, hub.moment()).is_ok_and(|now| now.member.role == session.member.role)
            }
            _ => true,
        }
    }

    /// Whether somebody who took long over a request may still do what it asks: the crew may have changed.
    pub fn still_may(&self, need: Need, hub: &Hub) -> Result<(), ApiError> {
        match (self, hub.crew()) {
            (Caller::Member(session), Some(crew)) => match crew.recheck(session, hub.moment()) {
                Ok(session) => Caller::Member(Arc::new(session)).may(need),
                Err(why) => Err(ApiError::not_in(Some(why))),
            },
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    #[test]
    fn what_each_kind_of_caller_may_do() {
        use Need::{Administer, Keep, Lead, Mark, Read};
        let address = Ipv4Addr::LOCALHOST.into();
        let (stranger, open) = (Caller::Stranger { address, why: None }, Caller::Open { address });
        for need in [Read, Mark, Lead, Keep, Administer] {
            assert!(Caller::Admin.may(need).is_ok());
            assert!(stranger.may(need).is_err());
            assert_eq!(open.may(need).is_ok(), matches!(need, Read | Mark | Lead), "{need:?}");
        }
    }
}
