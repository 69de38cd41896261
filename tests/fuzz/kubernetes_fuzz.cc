// Manifests: places of objects, pods and containers lie in the file, and every question about them can be asked of any bytes.

#include "analyzer/kubernetes/cluster.h"
#include "analyzer/kubernetes/values.h"
#include "tests/fuzz/law.h"

using namespace plimsoll;
using namespace plimsoll::kubernetes;
using fuzz::inside;
using fuzz::law;

std::vector<std::string> own_seeds() {
    return {
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a, namespace: n, labels: {a: b}}\nspec:\n  selector: {matchLabels: {a: b}, matchExpressions: "
        "[{key: c, "
        "operator: NotIn, values: [d]}]}\n  template:\n    metadata: {labels: {a: b}, annotations: {container.apparmor.security.beta.kubernetes.io/c: "
        "unconfined}}\n    spec:\n"
        "      securityContext: &s {runAsUser: 0, seccompProfile: {type: RuntimeDefault}}\n      initContainers: [{name: i, restartPolicy: Always}]\n      "
        "containers:\n"
        "      - name: c\n        image: \"x.io/a:1\"\n        command: [env, A=b, sh, -ec, \"echo $(X)\"]\n        securityContext: {<<: *s, capabilities: "
        "{add: [CAP_KILL]}}\n"
        "        resources: {limits: {cpu: 100m, memory: 1.5Gi}}\n",
        "{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":[{\"apiVersion\":\"v1\",\"kind\":\"Service\",\"metadata\":{\"name\":\"s\"},\"spec\":{\"selector\":{"
        "\"a\":\"b\"}}}]}",
        "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nspec: {templates: [{container: {image: x}, initContainers: [{name: i}]}, {script: {command: "
        "[bash]}}]}\n",
        "# Source: a/b.yaml\napiVersion: batch/v1\nkind: CronJob\nspec: {schedule: \"*/5 1-3,7 ? jan sun\", jobTemplate: {spec: {template: {spec: {containers: "
        "[~]}}}}}\n---\n- x\n",
        "metadata:\n  name: {{ .Values.x }}\n  a: |\n   {{ y }}\nb: 'c\n  {{ z }}'\n",
    };
}

namespace {

void check(const Container& container, std::size_t size) {
    law(container.pod != nullptr, "a container without its pod");
    for (const Span span :
         {container.holder("securityContext.capabilities.drop"), container.holder(""), container.shell_script().span(), container.seccomp().node.span(),
          container.apparmor().node.span(), container.run_as_user().node.span(), container.request("cpu").span()}) {
        inside(span, size, "container");
    }
    if (const auto image = container.image()) inside(container.image_part(image->tag), size, "tag");
    for (const Container::Capability& capability : container.added()) law(container.adds(capability.name), "an added capability is not added");
    for (const Container::Capability& capability : container.dropped()) law(container.drops(capability.name), "a dropped capability is not dropped");
    law(!container.privileged() || container.may_escalate(), "privileged escalates");
    quantity_milli(container.limit("memory"));
}

void check(const Selector& selector, yaml::Node labels, std::size_t size) {
    inside(selector.first_unmet(labels).span(), size, "unmet");
    law(selector.same_as(selector), "a selector differs from itself");
    if (selector.valid() && selector.contradicts_itself()) law(selector.matches(labels) != Match::yes, "a contradiction matches");
    if (selector.matches(labels) == Match::yes) law(!selector.first_unmet(labels), "met and unmet");
}

void check(const Object& object, std::size_t size) {
    inside(object.head(), size, "head");
    inside(object.holder("spec.template.spec.containers"), size, "holder");
    law(object.anchor() <= size, "anchor");
    for (const yaml::Node selector : {object.spec()["selector"], object.spec()["podSelector"]}) {
        check(Selector::labels(selector), object.labels(), size);
        check(Selector::map(selector), object.labels(), size);
    }
    is_schedule(object.spec()["schedule"].scalar());
    for (const Pod& pod : object.pods()) {
        law(pod.object == &object, "a pod without its object");
        inside(pod.holder("securityContext.runAsUser"), size, "pod");
        for (const Container& container : pod.containers) check(container, size);
    }
}

}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const Source source("manifest.yaml", std::string(fuzz::text_of(data, size)));
    const Manifest manifest(source);
    std::vector<const Object*> objects;
    for (const auto& object : manifest.objects()) {
        check(*object, size);
        manifest.rendered_from(object->document());
        objects.push_back(object.get());
    }
    const Cluster cluster(objects, Knowledge::complete, {"Secret/*"});
    for (const Object* object : objects) {
        law(object->name().empty() || !cluster.missing(*object, object->kind(), object->name()) || !object->builtin(), "an object misses itself");
        cluster.selected(*object, Selector::map(object->spec()["selector"]));
    }
    // Values in the notation of the API, of any bytes.
    is_selector_text(source.text());
    quantity_milli(source.text());
    is_schedule(source.text());
    parse_cidr(source.text());
    decode_base64(source.text());
    return 0;
}
