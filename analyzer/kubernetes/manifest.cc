#include <algorithm>
#include <map>

#include "analyzer/kubernetes/classify.h"
#include "analyzer/kubernetes/compact_schema.h"
#include "analyzer/kubernetes/kinds.h"
#include "analyzer/kubernetes/object.h"

namespace plimsoll::kubernetes {

namespace {

constexpr int deepest_list = 8;

const Source& nothing() {
    static const Source empty("", "");
    return empty;
}

bool is_parsed(FileClass file_class) {
    return file_class == FileClass::objects || file_class == FileClass::kustomization || file_class == FileClass::helm_chart;
}

bool is_kustomize(const Object& object) {
    return (object.group() == "kustomize.config.k8s.io" || object.group().empty()) && (object.kind() == "Kustomization" || object.kind() == "Component");
}

// An object all the same, with a number or the like where its kind or version should be. Other programs number the versions of their files too.
bool is_mistyped(yaml::Node root) {
    const yaml::Node version = root["apiVersion"], kind = root["kind"];
    if (!version.is_set() || !kind.is_set()) return false;
    if (kind.text()) return builtin_kind(*kind.text()) != nullptr;
    return version.text_or_empty() == "v1" || version.text_or_empty().find('/') != std::string_view::npos;
}

// SOPS leaves the keys readable and puts its own block at the end.
bool is_encrypted(yaml::Node root) {
    const yaml::Node sops = root["sops"];
    return sops.is_mapping() && (sops.has("mac") || sops.has("encrypted_regex"));
}

bool is_rancher_config(yaml::Node root) {
    for (const yaml::Entry entry : root.entries()) {
        if (is_rancher_key(entry.key.scalar())) return true;
    }
    return false;
}

}

Manifest::Manifest(const Source& source, bool is_patch, std::span<const std::string> placeholders)
    : source_(&source), class_(classify(source, reason_)), stream_(is_parsed(class_) ? source : nothing(), placeholders) {
    is_patch_ = is_patch;
    if (!is_parsed(class_)) return;
    if (class_ != FileClass::helm_chart) collect_all();
    settle_class();
}

Manifest::~Manifest() = default;

void Manifest::collect_all() {
    objects_.clear();
    const auto& documents = stream_.documents();
    for (std::uint32_t i = 0; i < documents.size(); ++i) collect(i, documents[i].root, {}, {}, 0);
    for (const auto& object : objects_) {
        object->patch_ = is_patch_;
        if (is_patch_ || documents[object->document()].refused) object->make_partial();
    }
}

void Manifest::read_schemas() const {
    std::vector<const Object*> definitions;
    for (const auto& object : objects_)
        if (object->is("CustomResourceDefinition")) definitions.push_back(object.get());
    if (!definitions.empty()) schemas_ = std::make_unique<CompactSchemas>(definitions);
}

const CompactSchemas& Manifest::schemas() const {
    static const CompactSchemas no_schemas;
    std::call_once(schemas_once_, [&] { read_schemas(); });
    return schemas_ ? *schemas_ : no_schemas;
}

void Manifest::drop_schemas(bool are_wanted) {
    if (are_wanted) schemas();
    std::map<std::uint32_t, std::vector<yaml::Node>> schemas;   // by document
    for (const auto& object : objects_) {
        if (!object->is("CustomResourceDefinition")) continue;
        std::vector<yaml::Node>& found = schemas[object->document()];
        if (const yaml::Node validation = object->at("spec.validation")) found.push_back(validation);
        for (const yaml::Node version : object->at("spec.versions").items())
            if (const yaml::Node schema = version["schema"]) found.push_back(schema);
    }
    bool any = false;
    for (const auto& [document, nodes] : schemas) any |= stream_.thin(document, nodes);
    if (any) collect_all();
}

// `api_version` and `kind` are what a typed list says of its items.
void Manifest::collect(std::uint32_t document, yaml::Node node, std::string_view api_version, std::string_view kind, int depth) {
    if (!node.is_mapping()) return;
    const std::string_view own_version = node["apiVersion"].text_or_empty(), own_kind = node["kind"].text_or_empty();
    if (!own_version.empty()) api_version = own_version;
    if (!own_kind.empty()) kind = own_kind;
    if (depth == 0 && api_version.empty() && kind.empty() && is_rancher_config(node)) api_version = rancher_config_version, kind = rancher_config_kind;
    if (api_version.empty() || kind.empty()) return;
    if (is_encrypted(node)) {
        any_encrypted_ = true;
        return;
    }
    const yaml::Node items = kind.ends_with("List") ? node["items"] : yaml::Node();
    if (!items.is_sequence()) {
        objects_.push_back(std::make_unique<Object>(*this, document, node, api_version, kind));
        objects_.back()->list_item_ = depth > 0;
        objects_.back()->number_ = static_cast<std::uint32_t>(objects_.size() - 1);
        return;
    }
    any_list_ = true;
    if (depth == deepest_list) return;
    kind.remove_suffix(4);
    for (const yaml::Node item : items.items()) collect(document, item, kind.empty() ? std::string_view{} : api_version, kind, depth + 1);
}

void Manifest::settle_class() {
    if (class_ == FileClass::helm_chart) return;
    const bool kustomize = std::ranges::all_of(objects_, [](const auto& object) { return is_kustomize(*object); });
    if (!objects_.empty()) {
        class_ = kustomize ? FileClass::kustomization : FileClass::objects;
        return;
    }
    if (class_ == FileClass::kustomization || any_list_) return;
    const bool broken = std::ranges::any_of(stream_.documents(), &yaml::Document::refused);
    if (broken && looks_like_object(source_->text())) return;
    const auto is_mistyped_object = [](const yaml::Document& document) { return is_mistyped(document.root); };
    if (!any_encrypted_ && std::ranges::any_of(stream_.documents(), is_mistyped_object)) return;
    class_ = FileClass::other;
    reason_ = any_encrypted_ ? "encrypted with SOPS" : reason_for_other(*source_);
}

std::string_view Manifest::rendered_from(std::uint32_t document) const {
    constexpr std::string_view mark = "# Source: ";
    if (document >= stream_.documents().size()) return {};
    const yaml::Document& here = stream_.documents()[document];
    for (std::uint32_t i = here.comments_begin; i < here.comments_end; ++i) {
        const yaml::Comment& comment = stream_.comments()[i];
        if (comment.span.begin >= here.first && here.root) break;
        std::string_view text = source_->slice(comment.span);
        if (!comment.alone || !text.starts_with(mark)) continue;
        text.remove_prefix(mark.size());
        return text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
    }
    return {};
}

}
