#include "checks/kubernetes/refusal.h"

// What the API server wants of an object's metadata beside its name and labels.

namespace plimsoll::checks::object_metadata_invalid {

using kubernetes::Object;
using yaml::Node;

static constexpr std::size_t most_annotations = std::size_t{256} << 10;

static void judge_size(Node annotations, Refusals& refusals) {
    std::size_t total = 0;
    for (const yaml::Entry& entry : annotations.entries()) total += entry.key.scalar().size() + entry.value.scalar().size();
    if (total > most_annotations) refusals.clash(annotations, "annotations hold at most 256 KiB together; remove some");
}

static void judge_finalizers(Node finalizers, Refusals& refusals) {
    bool orphan = false, dependents = false;
    for (Node finalizer : finalizers.items()) {
        const std::string_view text = finalizer.text_or_empty();
        orphan = orphan || text == "orphan";
        dependents = dependents || text == "foregroundDeletion";
        if (finalizer.text() && !kubernetes::is_qualified_name(text))
            refusals.wrong(finalizer, quote(text) + " is no finalizer; use " + std::string(Refusals::qualified_advice)).field("metadata.finalizers");
        else if (!text.empty() && text.find('/') == std::string_view::npos && text != "orphan" && text != "foregroundDeletion" && text != "kubernetes" &&
                 refusals.object().builtin() && refusals.object().group() != "apiextensions.k8s.io")
            refusals.wrong(finalizer, quote(text) + " has no domain; put the domain of its owner and '/' in front");
    }
    if (orphan && dependents) refusals.clash(finalizers, "orphan and foregroundDeletion exclude each other; keep one");
}

static void judge_owners(Node owners, Refusals& refusals) {
    bool controller = false;
    for (Node owner : owners.items()) {
        if (!owner["controller"].is_true()) continue;
        if (controller) refusals.wrong(owner["controller"], "an object has one controller; set this for one owner only").field("metadata.ownerReferences");
        controller = true;
    }
}

static void run(const Object& object, Reporter& report) {
    if (beyond_server(object, report)) return;
    const Node metadata = object.metadata();
    Refusals refusals(object, report);
    if (metadata["annotations"]) judge_size(metadata["annotations"], refusals);
    if (metadata["finalizers"]) judge_finalizers(metadata["finalizers"], refusals);
    if (metadata["ownerReferences"]) judge_owners(metadata["ownerReferences"], refusals);
    const std::string_view space = refusals.literal(metadata["namespace"]).value_or(std::string_view{});
    if (object.builtin() && !object.cluster_scoped() && !space.empty() && !kubernetes::is_dns1123_label(space))
        refusals.wrong(metadata["namespace"], quote(space) + " is no name of a namespace; use " + std::string(Refusals::label_advice));
}

static constexpr Example examples[] = {
    {.bad = R"(
apiVersion: v1
kind: ConfigMap
metadata:
  name: app
  namespace: Shop
             ^^^^ 'Shop' is no name of a namespace; use at most 63 lower-case letters, digits and '-', with a letter or digit at both ends
  finalizers: [a b, keep, orphan, foregroundDeletion]
  ^^^^^^^^^^ orphan and foregroundDeletion exclude each other; keep one
               ^^^ 'a b' is no finalizer; use an optional DNS name and '/', then at most 63 letters, digits, '-', '_' and '.'
                    ^^^^ 'keep' has no domain; put the domain of its owner and '/' in front
  ownerReferences:
  - {apiVersion: v1, kind: Pod, name: a, uid: "1", controller: true}
  - {apiVersion: v1, kind: Pod, name: b, uid: "2", controller: true}
                                                               ^^^^ an object has one controller; set this for one owner only
)",
     .good = R"(
apiVersion: v1
kind: ConfigMap
metadata:
  name: app
  namespace: shop
  finalizers: [example.org/keep, orphan]
  ownerReferences:
  - {apiVersion: v1, kind: Pod, name: a, uid: "1", controller: true}
  - {apiVersion: v1, kind: Pod, name: b, uid: "2"}
)",
     .path = "app.yaml",
     .fixed = false},
};

extern constinit const Check object_metadata_invalid = {
    .id = "object-metadata-invalid",
    .title = "Metadata holds what the API server refuses.",
    .category = Category::correctness,
    .severity = Severity::high,
    .profile = Profile::bugs,
    .why = "Namespaces and finalizers have a form, annotations have a limit, and an object has one controller at most. The API server refuses anything else.",
    .aliases = {refused},
    .examples = examples,
    .run = on_every_object(run),
};

}
