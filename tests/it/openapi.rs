//! The OpenAPI document against the routes.

use crate::common::TestHub;
use crate::layers::sources;
use hyper::Method;

/// Routes are registered with their documentation in one macro. Whatever went another way would
/// be missing from the document, so no other way may be used.
#[test]
fn no_route_goes_past_the_document() {
    let dir = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/http");
    let mut registered = 0;
    let mut files = Vec::new();
    sources(&dir, &mut files);
    for path in files {
        // The one place, where the macro that does both is.
        if path.ends_with("routes/table.rs") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        for way in [".route(", ".route_service(", ".nest(", ".nest_service("] {
            assert!(!text.contains(way), "{}: {way} leaves the document out", path.display());
        }
        registered += text.matches("#[utoipa::path(").count();
    }
    let document = fieldhub::http::document();
    let documented: usize = document
        .paths
        .paths
        .values()
        .map(|item| serde_json::to_value(item).unwrap().as_object().unwrap().len())
        .sum();
    assert_eq!(documented, registered, "a handler is documented but not registered, or the other way round");
}

/// What the hub gives out is docs/openapi.json: a line for each address and each schema, so that changes can be read.
#[test]
fn the_documents_file_is_what_the_handlers_say() {
    let document = serde_json::to_value(fieldhub::http::document()).unwrap();
    let lines = |value: &serde_json::Value| {
        let entries = value.as_object().unwrap().iter();
        entries
            .map(|(name, entry)| format!("{}:{entry}", serde_json::json!(name)))
            .collect::<Vec<_>>()
            .join(",\n")
    };
    let text: Vec<_> = document
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, part)| match name.as_str() {
            "paths" => format!("{:?}:{{\n{}}}", name, lines(part)),
            "components" => format!(
                "{:?}:{{\"schemas\":{{\n{}}},\n\"securitySchemes\":{}}}",
                name,
                lines(&part["schemas"]),
                part["securitySchemes"]
            ),
            _ => format!("{name:?}:{part}"),
        })
        .collect();
    let text = format!("{{{}}}\n", text.join(",\n"));
    // The layout above must not lose anything.
    assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), document);
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/openapi.json");
    if std::env::var_os("FIELDHUB_WRITE").is_some() {
        std::fs::write(&file, &text).unwrap();
    }
    assert!(
        std::fs::read_to_string(&file).unwrap() == text,
        "docs/openapi.json is not what the handlers say: FIELDHUB_WRITE=1 cargo test --test it openapi:: writes it anew"
    );
}

#[tokio::test]
async fn every_documented_address_answers_its_method() {
    let hub = TestHub::start().await;
    let document = hub.client.get("/api/openapi.json").await.json();
    assert_eq!(document["info"]["title"], "fieldhub");
    let mut list = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            list.push(format!("{:6} {path}", method.to_uppercase()));
            assert!(operation["summary"].is_string(), "{path}: say what it is");
            let path = path.replace("{token}", "none").replace("{module_id}", "M001");
            let path = path.replace("{sha256}", &"0".repeat(64)).replace("{number}", "draft");
            let method: Method = method.to_uppercase().parse().unwrap();
            let answer = hub.client.call(method.clone(), &path, "").await;
            assert_ne!(answer.status, 405, "{method} {path}");
            let other = answer.text().contains("there is nothing at this address");
            assert!(!other, "{method} {path} is documented and does not exist");
            let documented = &operation["responses"][answer.status.as_str()];
            assert!(documented.is_object(), "{method} {path} answers {}", answer.status);
            let kind = answer.header("content-type").split(';').next().unwrap();
            assert!(documented["content"][kind].is_object(), "{method} {path}: {} {kind}", answer.status);
        }
    }
    list.sort();
    insta::assert_snapshot!(list.join("\n"));
}

#[tokio::test]
async fn both_forms_of_an_export_are_documented() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    let document = fieldhub::http::document();
    let document = serde_json::to_value(&document.paths).unwrap();
    for format in ["json", "csv"] {
        let answer = hub.client.get(&format!("/api/v1/audits/jalibat/export?format={format}")).await;
        let kind = answer.header("content-type").split(';').next().unwrap();
        let documented = &document["/api/v1/audits/{token}/export"]["get"]["responses"]["200"]["content"];
        assert!(documented[kind].is_object(), "{kind}: {documented}");
    }
}
