#include "tests/kubernetes/manifest_fixture.h"

using namespace plimsoll::kubernetes;

namespace {

const std::string deployment =
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\nspec:\n  selector: {matchLabels: {a: b}}\n  template:\n"
    "    metadata: {labels: {a: b}}\n    spec:\n      containers: [{name: c, image: \"acme/c:1\"}]\n";

FileClass class_of(const std::string& text, const std::string& path) { return ManifestFile(text, path).manifest.file_class(); }

}

TEST_CASE("an object knows its group, version, kind and names") {
    const ManifestFile file(deployment);
    const Object& object = file.object();
    CHECK(object.group() == "apps");
    CHECK(object.version() == "v1");
    CHECK(object.kind() == "Deployment");
    CHECK(object.name() == "web");
    CHECK(object.declared_namespace() == "shop");
    CHECK(object.builtin());
    CHECK(object.is("Deployment"));
    CHECK(object.is("apps/Deployment"));
    CHECK_FALSE(object.is("extensions/Deployment"));
    CHECK_FALSE(object.cluster_scoped());
    CHECK(object.is_workload());
    CHECK_FALSE(object.is_fragment());
    CHECK(file.marked(object.head()) == "web");
    CHECK(file.marked(object.holder("spec.template.spec.securityContext.runAsNonRoot")) == "spec");
    CHECK(file.marked(object.holder("status.replicas")) == "web");
}

TEST_CASE("a kind of the same name in another group is another kind") {
    const ManifestFile file("apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {name: s}\n");
    CHECK_FALSE(file.object().is("Service"));
    CHECK(file.object().is("serving.knative.dev/Service"));
    CHECK_FALSE(file.object().builtin());
    CHECK(ManifestFile("apiVersion: v1\nkind: Namespace\nmetadata: {name: n}\n").object().cluster_scoped());
}

TEST_CASE("items of lists are objects of their own") {
    const ManifestFile file("apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Service, metadata: {name: a}}\n- apiVersion: v1\n  kind: List\n"
                            "  items: [{apiVersion: v1, kind: Secret, metadata: {name: b}}]\n- just text\n");
    REQUIRE(file.manifest.objects().size() == 2);
    CHECK(file.object(0).is("Service"));
    CHECK(file.object(1).is("Secret"));
    CHECK(file.object(1).is_list_item());
}

TEST_CASE("items of a typed list take their kind from it") {
    const ManifestFile file("apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBindingList\nitems: [{metadata: {name: a}}]\n");
    REQUIRE(file.manifest.objects().size() == 1);
    CHECK(file.object().is("rbac.authorization.k8s.io/RoleBinding"));
    const ManifestFile custom("apiVersion: acme.dev/v1\nkind: AllowList\nmetadata: {name: a}\nspec: {}\n");
    CHECK(custom.object().kind() == "AllowList");
}

TEST_CASE("lists in lists end somewhere") {
    std::string text;
    for (int i = 0; i < 300; ++i) text += "{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":[";
    for (int i = 0; i < 300; ++i) text += "]}";
    const ManifestFile file(text, "list.json");
    CHECK(file.manifest.objects().empty());
    CHECK(file.manifest.file_class() == FileClass::objects);
}

TEST_CASE("files are classed by name and content") {
    CHECK(class_of(deployment, "values.yaml") == FileClass::objects);
    CHECK(class_of("replicas: 1\n", "chart/values.yaml") == FileClass::helm_values);
    CHECK(class_of("apiVersion: v2\nname: x\n", "chart/Chart.yaml") == FileClass::helm_chart);
    CHECK(class_of("resources: [a.yaml]\n", "base/kustomization.yaml") == FileClass::kustomization);
    CHECK(class_of("apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n", "k.yaml") == FileClass::kustomization);
    CHECK(class_of("apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: a}\n", "k.yaml") == FileClass::objects);
    CHECK(class_of("services: {web: {image: x}}\n", "compose.yaml") == FileClass::other);
    CHECK(class_of("kind: project\nname: x\n", "project.yaml") == FileClass::other);
    CHECK(class_of("apiVersion: 1\nkind: x\n", "datasource.yaml") == FileClass::other);
    CHECK(class_of("{\"name\": \"x\"}", "package.json") == FileClass::other);
    CHECK(class_of("", "empty.yaml") == FileClass::other);
    CHECK(class_of("apiVersion: v1\nkind: Pod\n  bad: [\n", "broken.yaml") == FileClass::objects);
}

TEST_CASE("what a file without objects is, is said") {
    CHECK(ManifestFile("on: push\njobs: {}\n", ".github/workflows/ci.yml").manifest.class_reason() == "a GitHub workflow");
    CHECK(ManifestFile("services:\n  a: {}\n", "stack.yml").manifest.class_reason() == "a compose file");
    CHECK(ManifestFile("openapi: 3.0.0\n", "api.yml").manifest.class_reason() == "an OpenAPI document");
    CHECK(ManifestFile("apiVersion: v1\nkind: Secret\nmetadata: {name: x}\nsops: {mac: y}\n", "s.yml").manifest.class_reason() == "encrypted with SOPS");
}

TEST_CASE("templates are told from braces in text") {
    const auto is_template = [](const std::string& text) { return class_of("apiVersion: v1\nkind: ConfigMap\n" + text, "a.yaml") == FileClass::helm_template; };
    CHECK(is_template("{{- if .Values.x }}\nmetadata: {name: a}\n{{- end }}\n"));
    CHECK(is_template("metadata:\n  name: {{ .Release.Name }}\n"));
    CHECK(is_template("data:\n  {{ .Values.key }}: x\n"));
    CHECK(is_template("list:\n- {{ x }}\n"));
    CHECK_FALSE(is_template("data:\n  a: |\n    {{ if x }}\n    y\n\n    {{ end }}\n"));
    CHECK_FALSE(is_template("data:\n  a: \"{{ x }}\"\n  b: 'it''s\n    {{ y }}'\n"));
    CHECK_FALSE(is_template("data:\n  a: text\n    {{ still text }}\n"));
    CHECK_FALSE(is_template("# {{ comment }}\ndata: {a: b}\n"));
    CHECK_FALSE(is_template("data:\n- >-\n  {{ x }}\n- key: |2\n    {{ x }}\n"));
    CHECK(class_of("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: \"{{ .Release.Name }}\"}\n", "chart/templates/a.yaml") == FileClass::helm_template);
}

TEST_CASE("the template of rendered output is found at the head of its document only") {
    const ManifestFile file("---\n# Source: chart/templates/a.yaml\napiVersion: v1\nkind: Service\nmetadata: {name: a}\n---\napiVersion: v1\nkind: Service\n"
                            "# Source: elsewhere\nmetadata: {name: b}\n");
    REQUIRE(file.manifest.objects().size() == 2);
    CHECK(file.manifest.rendered_from(file.object(0).document()) == "chart/templates/a.yaml");
    CHECK(file.manifest.rendered_from(file.object(1).document()) == "");
    CHECK(file.manifest.rendered_from(99) == "");
}

TEST_CASE("patches are fragments, objects that are merely refused are not") {
    const auto fragment = [](const std::string& text) { return ManifestFile(text).object().is_fragment(); };
    const std::string head = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\n";
    CHECK(fragment(head + "spec: {replicas: 3}\n"));
    CHECK(fragment(head + "spec: {template: {spec: {containers: [{name: c, resources: {}}]}}}\n"));
    CHECK_FALSE(fragment(head + "spec: {template: {spec: {containers: [{name: c, image: x}]}}}\n"));
    CHECK_FALSE(fragment(head + "spec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: ~}}}\n"));
    CHECK_FALSE(fragment("apiVersion: v1\nkind: Service\nmetadata: {name: a}\n"));
    const ManifestFile patch(deployment, "patch.yaml", true);
    CHECK(patch.object().is_patch());
    CHECK(patch.pod().partial);
}
