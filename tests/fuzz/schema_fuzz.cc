// Schemas: whatever stands in a manifest or in a definition of custom resources, every node can be looked up and every object judged, with the same
// outcome each time.

#include "analyzer/kubernetes/cluster.h"
#include "analyzer/kubernetes/custom_schema.h"
#include "analyzer/kubernetes/schema.h"
#include "tests/fuzz/law.h"

using namespace plimsoll;
using namespace plimsoll::kubernetes;
using fuzz::inside;
using fuzz::law;

std::vector<std::string> own_seeds() {
    return {
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: backups.example.org}\nspec:\n  group: example.org\n  names: "
        "{kind: Backup}\n"
        "  versions:\n  - name: v1\n    schema:\n      openAPIV3Schema:\n        type: object\n        properties:\n          spec:\n            type: object\n"
        "            required: [schedule]\n            properties:\n              schedule: {type: string, minLength: 3, enum: [daily, weekly]}\n"
        "              keep: {type: integer, minimum: 1, maximum: 30, format: int32}\n              port: {x-kubernetes-int-or-string: true}\n"
        "              tags: {type: array, maxItems: 2, x-kubernetes-list-type: set, items: {type: string, format: ipv4}}\n"
        "              labels: {type: object, additionalProperties: {type: string, format: byte}}\n"
        "---\napiVersion: example.org/v1\nkind: Backup\nmetadata: {name: a}\nspec: {schedule: daily, keep: 3, port: http, tags: [192.0.2.1], labels: {a: "
        "eA==}}\n",
        "apiVersion: apiextensions.k8s.io/v1beta1\nkind: CustomResourceDefinition\nspec:\n  group: a.b\n  version: v1\n  names: {kind: K}\n  "
        "preserveUnknownFields: false\n"
        "  validation:\n    openAPIV3Schema: &s {type: object, properties: {spec: {type: object, items: {}}, more: *s}}\n---\napiVersion: a.b/v1\nkind: "
        "K\nspec: {x: 1}\n",
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a, labels: {a.b/c: d}}\nspec:\n  selector: {matchLabels: {a: b}}\n  template:\n    spec:\n"
        "      containers:\n      - {name: c, image: d, env: [{name: E, value: f}], resources: {limits: {cpu: 1}}, ports: [{containerPort: 80}]}\n",
        "{\"apiVersion\": \"v1\", \"kind\": \"ConfigMap\", \"data\": {\"a\": \"b\"}, \"metadata\": {\"managedFields\": [{\"fieldsV1\": {\"f:a\": {}}}]}}",
    };
}

namespace {

constexpr int most_nodes = 2000;

void look_up(Definition root, yaml::Node object, yaml::Node node, int& left) {
    if (--left < 0) return;
    const NodeSchema found = schema_of(root, object, node);
    if (found.field) law(!found.field->type_name().empty(), "a field without a type");
    if (found.field && node.key() && found.definition) law(found.definition->size() == 0 || !found.definition->field(0).name.empty(), "a field without a name");
    for (const yaml::Entry& entry : node.entries()) look_up(root, object, entry.value, left);
    for (yaml::Node item : node.items()) look_up(root, object, item, left);
}

void look_at_faults(const Cluster& cluster, std::size_t size) {
    for (const CustomFault& fault : cluster.custom_schemas().faults()) {
        law(static_cast<bool>(fault.place), "a fault without a place");
        inside(fault.place.span(), size, "fault");
        fault.place.path(fault.object->node());
    }
}

}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const Source source("manifest.yaml", std::string(fuzz::text_of(data, size)));
    const Manifest manifest(source);
    std::vector<const Object*> objects;
    for (const auto& object : manifest.objects()) {
        objects.push_back(object.get());
        const auto kind = find_kind(object->group(), object->version(), object->kind());
        int left = most_nodes;
        if (kind && kind->definition) look_up(*kind->definition, object->node(), object->node(), left);
    }
    const Cluster cluster(objects, Knowledge::complete), again(objects, Knowledge::complete);
    look_at_faults(cluster, size);
    law(cluster.custom_schemas().faults().size() == again.custom_schemas().faults().size(), "a second look sees something else");
    complaint_about_version(source.text());
    return 0;
}
