#include <algorithm>
#include <map>

#include "analyzer/engine/file_run.h"
#include "analyzer/kubernetes/cluster.h"
#include "analyzer/kubernetes/custom_schema.h"

namespace plimsoll {

namespace {

// Runs the checks of one object; findings know what they are about through Reporter::run_on().
class ObjectRun {
public:
    ObjectRun(FileRun& run, const Context& context) : run_(run), context_(context) {}

    void all(const kubernetes::Object& object) {
        for (const ActiveCheck& active : run_.checks->for_object(object))
            call(active, object, nullptr, [&](Reporter& reporter) { active.check->run.object(object, reporter); });
        for (const kubernetes::Pod& pod : object.pods()) {
            for (const ActiveCheck& active : run_.checks->pod())
                call(active, object, nullptr, [&](Reporter& reporter) { active.check->run.pod(pod, reporter); });
            for (const kubernetes::Container& container : pod.containers)
                for (const ActiveCheck& active : run_.checks->container())
                    call(active, object, &container, [&](Reporter& reporter) { active.check->run.container(container, reporter); });
        }
    }

private:
    template <typename Work>
    void call(const ActiveCheck& active, const kubernetes::Object& object, const kubernetes::Container* container, Work work) {
        guarded(active, *run_.settings, context_, run_.out, [&](Reporter& reporter) {
            reporter.run_on(&object, container);
            work(reporter);
        });
    }

    FileRun& run_;
    const Context& context_;
};

FileKind kind_of(kubernetes::FileClass type) {
    constexpr FileKind kinds[] = {FileKind::kubernetes,  FileKind::kustomization, FileKind::helm_chart,
                                  FileKind::helm_values, FileKind::helm_template, FileKind::other};
    return kinds[static_cast<unsigned>(type)];
}

bool is_analysed(kubernetes::FileClass type) {
    return type == kubernetes::FileClass::objects || type == kubernetes::FileClass::kustomization || type == kubernetes::FileClass::helm_chart;
}

// What could not be read: the file is partial.
void note_problems(const kubernetes::Manifest& manifest, FileResult& result) {
    bool refused = false;
    for (const yaml::Document& document : manifest.stream().documents()) {
        refused |= document.refused;
        result.problems += document.problems.size();
        for (const yaml::Problem& problem : document.problems)
            if (!problem.region.empty()) result.regions.push_back(problem.region);
    }
    if ((!refused && result.regions.empty()) || result.status == Status::failed) return;
    result.status = Status::partial;
    result.reason = refused ? "a part of it cannot be read as YAML" : "a part of it is too deep or too large to be read";
}

// An object that the API server names itself is called by the beginning of that name and a star.
std::string name_or_prefix(const kubernetes::Object& object) {
    if (!object.name().empty()) return std::string(object.name());
    const std::string_view prefix = object.metadata()["generateName"].text_or_empty();
    return prefix.empty() ? std::string() : std::string(prefix) + "*";
}

std::shared_ptr<const ObjectName> name_of(const kubernetes::Object& object) {
    return std::make_shared<const ObjectName>(ObjectName{std::string(object.api_version()), std::string(object.kind()),
                                                         std::string(object.declared_namespace().value_or(std::string_view{})), name_or_prefix(object)});
}

// The innermost object whose bytes hold the offset.
const kubernetes::Object* object_at(const kubernetes::Manifest& manifest, std::uint32_t offset) {
    for (const auto& object : manifest.objects())
        if (object->node().span().contains(offset)) return object.get();
    return nullptr;
}

// Names of objects as findings carry them, one for all findings in an object.
class Namer {
public:
    void name(Finding& finding) {
        if (!finding.subject) return;
        if (finding.subject != last_) {
            last_ = finding.subject;
            name_ = name_of(*last_);
        }
        finding.object = name_;
        if (finding.anchor == no_anchor) finding.anchor = last_->anchor();
        finding.path = last_->manifest().source().path();
        finding.subject = nullptr;
    }

private:
    const kubernetes::Object* last_ = nullptr;
    std::shared_ptr<const ObjectName> name_;
};

void complete_all(FileRun& run, std::size_t from) {
    Namer namer;
    for (std::size_t i = from; i < run.out.findings.size(); ++i) {
        Finding& finding = run.out.findings[i];
        if (!finding.subject) finding.subject = object_at(*run.manifest, finding.span.begin);
        namer.name(finding);
        complete_finding(finding, *run.source, run.manifest.get());
    }
}

}

void run_manifest(FileRun& run, const Registry& registry, const Context& context, bool is_patch) {
    auto manifest = std::make_unique<kubernetes::Manifest>(*run.source, is_patch);
    FileResult& file = run.out.file;
    file.kind = kind_of(manifest->file_class());
    if (!is_analysed(manifest->file_class())) {
        file.status = Status::not_applicable;
        file.reason = std::string(manifest->class_reason());
        return;
    }
    file.documents = static_cast<std::size_t>(std::count_if(manifest->stream().documents().begin(), manifest->stream().documents().end(),
                                                            [](const yaml::Document& document) { return document.root || document.refused; }));
    file.objects = manifest->objects().size();
    run.manifest = std::move(manifest);
    for (const ActiveCheck& active : run.checks->manifest())
        guarded(active, *run.settings, context, run.out, [&](Reporter& reporter) { active.check->run.manifest(*run.manifest, reporter); });
    ObjectRun objects(run, context);
    for (const auto& object : run.manifest->objects()) objects.all(*object);
    note_problems(*run.manifest, file);
    complete_all(run, 0);
    if (run.settings->suppressions) run.suppressions = suppressions_of(*run.manifest, registry, *run.settings);
}

// Objects that nothing is known about: no definition of their kind is among the others.
static void note_unvalidated(const kubernetes::Cluster& cluster, const std::map<std::string_view, FileRun*>& by_path) {
    const kubernetes::CustomSchemas schemas(cluster);
    for (const kubernetes::Object* object : cluster.objects()) {
        if (!kubernetes::is_custom(*object) || schemas.of(*object).schema) continue;
        const auto run = by_path.find(object->manifest().source().path());
        if (run != by_path.end()) ++run->second->out.file.not_validated;
    }
}

void run_cluster(std::vector<FileRun>& runs, const FileSystem* files, ClusterOptions options) {
    std::vector<const kubernetes::Object*> objects;
    std::map<std::string_view, FileRun*> by_path;
    const FileRun* first = nullptr;
    for (FileRun& run : runs) {
        if (!run.manifest) continue;
        by_path[run.source->path()] = &run;
        if (!first) first = &run;
        options.complete = options.complete && run.out.file.status == Status::analysed;
        for (const auto& object : run.manifest->objects()) objects.push_back(object.get());
    }
    if (objects.empty()) return;
    const auto& checks = first->checks->cluster();
    std::vector<std::string> external = first->settings->external;
    external.insert(external.end(), options.generated.begin(), options.generated.end());
    const kubernetes::Cluster cluster(std::move(objects), options.complete ? kubernetes::Knowledge::complete : kubernetes::Knowledge::partial,
                                      std::move(external));
    note_unvalidated(cluster, by_path);
    const Context context(files, "");
    std::vector<FileAnalysis> found(checks.size());
    in_parallel(checks.size(), options.threads, [&](std::size_t i) {
        guarded(checks[i], *first->settings, context, found[i], [&](Reporter& reporter) { checks[i].check->run.cluster(cluster, reporter); });
    });
    Namer namer;
    for (FileAnalysis& part : found)
        for (Finding& finding : part.findings) {
            namer.name(finding);
            const auto run = by_path.find(finding.path);
            FileRun& home = run == by_path.end() ? *by_path.begin()->second : *run->second;
            if (finding.check != &internal_error && !home.settings->enabled(*finding.check)) continue;
            if (part.file.status == Status::failed) home.out.file.status = Status::failed, home.out.file.reason = part.file.reason;
            complete_finding(finding, *home.source, home.manifest.get());
            home.out.findings.push_back(std::move(finding));
        }
}

namespace {

bool is_kustomization(std::string_view path) {
    const std::string_view name = base_name(path);
    return name == "kustomization.yaml" || name == "kustomization.yml";
}

void read_kustomization(const FileSystem& files, const std::string& path, Kustomizations& out) {
    ReadResult read = files.read(path);
    if (!std::holds_alternative<std::string>(read)) return;
    const Source source(path, std::move(std::get<std::string>(read)));
    const yaml::Stream stream(source);
    if (stream.documents().empty()) return;
    const yaml::Node root = stream.documents().front().root;
    const auto add = [&](yaml::Node file) {
        if (const auto text = file.text()) out.patches.insert(clean_path(join_path(folder_of(path), *text)));
    };
    for (std::string_view list : {"patches", "patchesStrategicMerge", "patchesJson6902"})
        for (yaml::Node item : root[list].items()) add(item.is_mapping() ? item["path"] : item);
    for (const auto& [list, kind] : {std::pair{"configMapGenerator", "ConfigMap/"}, std::pair{"secretGenerator", "Secret/"}})
        for (yaml::Node item : root[list].items()) out.generated.push_back(kind + std::string(item["name"].text_or_empty()));
}

}

Kustomizations read_kustomizations(const FileSystem& files, const std::vector<Input>& inputs, bool look_around) {
    std::set<std::string> paths;
    for (const Input& input : inputs) {
        if (is_kustomization(input.path)) paths.insert(input.path);
        if (!look_around || !input.given || input.kind == FileKind::dockerfile) continue;
        for (std::string_view sibling : {"kustomization.yaml", "kustomization.yml"})
            if (std::string path = join_path(folder_of(input.path), sibling); files.type(path) == FileType::regular) paths.insert(std::move(path));
    }
    Kustomizations out;
    for (const std::string& path : paths) read_kustomization(files, path, out);
    return out;
}

}
