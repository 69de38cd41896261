#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/kubernetes/pod.h"
#include "analyzer/text/source.h"
#include "analyzer/yaml/stream.h"

namespace plimsoll::kubernetes {

class Manifest;
class CompactSchemas;
struct Decoding;

// One API object: a document or an item of a List. A view over its yaml node; lives as long as its Manifest.
class Object {
public:
    // `api_version` and `kind` stand in where the node has none, as in the items of a PodList.
    Object(const Manifest& manifest, std::uint32_t document, yaml::Node node, std::string_view api_version = {}, std::string_view kind = {});
    Object(const Object&) = delete;
    Object& operator=(const Object&) = delete;

    yaml::Node node() const { return node_; }
    yaml::Node operator[](std::string_view key) const { return node_[key]; }
    yaml::Node at(std::string_view path) const { return node_.at(path); }
    yaml::Node spec() const { return node_["spec"]; }
    yaml::Node metadata() const { return node_["metadata"]; }
    yaml::Node labels() const { return metadata()["labels"]; }
    yaml::Node annotations() const { return metadata()["annotations"]; }
    std::string_view label(std::string_view key) const { return labels()[key].text_or_empty(); }
    std::string_view annotation(std::string_view key) const { return annotations()[key].text_or_empty(); }

    std::string_view api_version() const { return api_version_; }
    std::string_view group() const { return group_; }   // "" for the core group
    std::string_view version() const { return version_; }
    std::string_view kind() const { return kind_; }
    std::string_view name() const { return name_; }   // as written, placeholders included; "" when it has none (generateName, fragments)
    // The namespace as written; nullopt when not set: then the object goes where it is applied to, which need not be "default".
    std::optional<std::string_view> declared_namespace() const { return namespace_; }
    bool cluster_scoped() const;   // a built-in kind that lives outside namespaces

    // True for a built-in kind by this name in any of its groups and versions, past ones included ("Deployment": apps and extensions, "Ingress", ...),
    // or for "group/Kind" with exactly this group. A Knative Service is not is("Service") but is("serving.knative.dev/Service").
    bool is(std::string_view kind) const;
    // The API server of some version has this kind built in.
    bool builtin() const { return builtin_; }
    // Deployment, StatefulSet, DaemonSet, ReplicaSet, ReplicationController, Job, CronJob, Pod, PodTemplate or a custom kind that carries pods.
    bool is_workload() const { return !pods_.empty(); }
    // Every pod template in the object (Pod: itself). Built-in kinds and the well-known custom kinds; most have one.
    const std::vector<Pod>& pods() const { return pods_; }

    const Manifest& manifest() const { return *manifest_; }
    std::uint32_t document() const { return document_; }   // index into manifest().stream().documents()
    std::uint32_t number() const { return number_; }       // index into manifest().objects()
    // First byte: the line people suppress at.
    std::uint32_t anchor() const { return node_.span().begin; }
    // What to mark for a finding about the object as a whole: the value of metadata.name, else of kind.
    Span head() const;
    // What to mark when `path` ("spec.template.spec.securityContext") is not there: the key of the deepest part that is; the object's head when none is.
    Span holder(std::string_view path) const;
    // A patch or fragment that another file completes: listed as a Kustomize patch, or a workload whose containers' images and selector come from
    // elsewhere by the look of it, or what could be read of a broken document. Its missing image, selector and labels are no findings.
    bool is_fragment() const { return fragment_; }
    // Known to be a patch, so that its pods are partial: nothing that is absent may be judged. A fragment that only looks like one is judged as it
    // stands by the API server and by Pod Security admission.
    bool is_patch() const { return patch_; }
    // From a List's items.
    bool is_list_item() const { return list_item_; }
    // What the strict decoder of that version would refuse; found when first asked for, by one thread. Only for the checks of single files: void once
    // Manifest::drop_schemas() was called.
    const Decoding& decoding(int target_minor) const;

private:
    friend class Manifest;
    bool looks_incomplete() const;
    void make_partial();

    const Manifest* manifest_;
    yaml::Node node_;
    std::uint32_t document_, number_ = 0;
    std::string_view api_version_, group_, version_, kind_, name_;
    std::optional<std::string_view> namespace_;
    std::vector<Pod> pods_;
    bool builtin_ = false, fragment_ = false, patch_ = false, list_item_ = false;
    mutable int decoding_minor_ = 0;
    mutable std::shared_ptr<const Decoding> decoding_;
};

// What a YAML or JSON file is. `other` files are not analysed.
enum class FileClass : std::uint8_t { objects, kustomization, helm_chart, helm_values, helm_template, other };

// One file: its stream and the objects in it. Never throws.
class Manifest {
public:
    // `placeholders`: see yaml::Stream.
    explicit Manifest(const Source& source, bool is_patch = false, std::span<const std::string> placeholders = {});
    ~Manifest();
    Manifest(const Manifest&) = delete;
    Manifest& operator=(const Manifest&) = delete;

    const Source& source() const { return *source_; }
    // Without documents when the class alone says that the file is not to be read (`helm_template`, `helm_values`, `other`).
    const yaml::Stream& stream() const { return stream_; }
    FileClass file_class() const { return class_; }
    std::string_view class_reason() const { return reason_; }   // for `other` and the like: "a compose file", "a GitHub workflow", "encrypted with SOPS"
    const std::vector<std::unique_ptr<Object>>& objects() const { return objects_; }
    // "# Source: chart/templates/x.yaml" above a document of `helm template`; "" without.
    std::string_view rendered_from(std::uint32_t document) const;
    // What the definitions of custom resources among the objects say of these; read when first asked for. Thread-safe.
    const CompactSchemas& schemas() const;
    // Frees what schemas() stands in for: the schemas of custom resource definitions are most of the bytes of many trees. When there are any, objects()
    // are made anew, with the same numbers, and every Node of the file is void. Where nobody asks what they say, they need not be read before.
    void drop_schemas(bool are_wanted = true);

private:
    void collect_all();
    void collect(std::uint32_t document, yaml::Node node, std::string_view api_version, std::string_view kind, int depth);
    void settle_class();
    void read_schemas() const;

    const Source* source_;
    std::string reason_;
    FileClass class_;
    yaml::Stream stream_;
    std::vector<std::unique_ptr<Object>> objects_;
    mutable std::once_flag schemas_once_;
    mutable std::unique_ptr<const CompactSchemas> schemas_;   // null: there are none, as in most files
    bool any_list_ = false, any_encrypted_ = false, is_patch_ = false;
};

// Class by name and content; cheap: looks at the name first and at no more of the text than needed. Raw Helm templates ("{{" where YAML
// could not have it, or a templates/ folder beside a Chart.yaml) are told before the text is parsed.
FileClass classify(const Source& source, std::string& reason);

}
