//! Names of modules in a v3.3 cloud: the shadows are kept by these.
//!
//! Called by `push`; calls the hub. What a cloud tells goes the other way by itself: `AuditState::name_of`.

use super::super::link::UpstreamLink;
use crate::domain::{ModuleId, Token};
use crate::store::StoreError;

/// As the cloud itself called it, if it ever told of it. Else as it is called here, but for names that a version before
/// gave by itself (`M0001`): those became a second module there, beside the `M001` of everybody else.
pub fn cloud_name(link: &UpstreamLink, token: &Token, module: &ModuleId) -> Result<ModuleId, StoreError> {
    let own = || Ok(module.clone());
    let Some(client) = module.number().map(ModuleId::numbered).filter(|client| client != module) else {
        return own();
    };
    let told = |name: &ModuleId| -> Result<bool, StoreError> {
        let shadow = link.hub.shadow(token, &link.name, name)?;
        Ok(shadow.is_some_and(|shadow| !shadow.pushed))
    };
    if told(module)? {
        return own();
    }
    let theirs = link.hub.view(token, |loaded, _| loaded.state.v33_name(module))? != *module;
    if theirs || told(&client)? { Ok(client) } else { own() }
}
