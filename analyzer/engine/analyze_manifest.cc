#include <algorithm>
#include <map>
#include <utility>

#include "analyzer/engine/file_run.h"
#include "analyzer/engine/parallel.h"
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

// Gives the finding the name of its object, one for all findings in an object: those of the file itself and those of the set.
void name_subject(Finding& finding, FileRun& run) {
    if (!finding.subject) return;
    const kubernetes::Object& object = *std::exchange(finding.subject, nullptr);
    if (run.names.size() <= object.number()) run.names.resize(object.number() + std::size_t{1});
    std::shared_ptr<const ObjectName>& name = run.names[object.number()];
    if (!name) name = name_of(object);
    finding.object = name;
    if (finding.anchor == no_anchor) finding.anchor = object.anchor();
}

void complete_all(FileRun& run) {
    for (Finding& finding : run.out.findings) {
        if (!finding.subject) finding.subject = object_at(*run.manifest, finding.span.begin);
        name_subject(finding, run);
        complete_finding(finding, *run.source);
    }
}

// Checks that look at one file, object, pod or container.
void judge_alone(FileRun& run, const Registry& registry, const Context& context) {
    for (const ActiveCheck& active : run.checks->manifest())
        guarded(active, *run.settings, context, run.out, [&](Reporter& reporter) { active.check->run.manifest(*run.manifest, reporter); });
    ObjectRun objects(run, context);
    for (const auto& object : run.manifest->objects()) objects.all(*object);
    complete_all(run);
    if (run.settings->suppressions) run.suppressions = suppressions_of(*run.manifest, registry, *run.settings);
}

}

void run_manifest(FileRun& run, const Registry& registry, const Context& context, bool is_patch) {
    auto manifest = std::make_unique<kubernetes::Manifest>(*run.source, is_patch, run.settings->placeholders);
    if (run.context && manifest->file_class() != kubernetes::FileClass::objects) return;
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
    run.names.clear();
    note_problems(*run.manifest, file);
    if (!run.context) judge_alone(run, registry, context);
    run.out.findings.shrink_to_fit();
    run.manifest->drop_schemas(run.schemas_wanted);
}

namespace {

// The first run of each set of settings: with the settings come the list of checks and the objects that are said to live elsewhere.
std::vector<const FileRun*> one_for_each_settings(const std::vector<FileRun*>& runs) {
    std::vector<const FileRun*> firsts;
    std::set<const Settings*> seen;
    for (const FileRun* run : runs)
        if (run->manifest && !run->context && seen.insert(run->settings).second) firsts.push_back(run);
    return firsts;
}

// Where the findings of the checks of the whole set go.
class Homes {
public:
    explicit Homes(const std::vector<FileRun*>& runs) {
        for (FileRun* run : runs)
            if (run->manifest) by_path_[run->source->path()] = run;
    }

    FileRun* of(std::string_view path) const {
        const auto found = by_path_.find(path);
        return found == by_path_.end() ? nullptr : found->second;
    }

    // Findings of checks that ran under `settings`: each set of settings judges its own files. Tens of thousands may come at once, so each file makes
    // room for its own before they move.
    void deliver(std::vector<FileAnalysis> parts, const Settings& settings) {
        std::map<FileRun*, std::size_t> expected;
        for (const FileAnalysis& part : parts)
            for (const Finding& finding : part.findings) ++expected[&home_of(finding)];
        for (const auto& [home, count] : expected) home->from_set.reserve(home->from_set.size() + count);
        for (FileAnalysis& part : parts) {
            for (Finding& finding : part.findings) deliver(finding, part.file, settings);
            std::vector<Finding>().swap(part.findings);
        }
    }

private:
    FileRun& home_of(const Finding& finding) const {
        FileRun* const found = of(finding.subject ? std::string_view(finding.subject->manifest().source().path()) : finding.path);
        return found ? *found : *by_path_.begin()->second;
    }
    void deliver(Finding& finding, const FileResult& result, const Settings& settings) {
        FileRun& home = home_of(finding);
        if (home.context || home.settings != &settings) return;
        if (result.status == Status::failed) home.set_failure = result.reason;
        name_subject(finding, home);
        complete_finding(finding, *home.source);
        home.from_set.push_back(std::move(finding));
    }

    std::map<std::string_view, FileRun*> by_path_;
};

// Objects that nothing is known about: no definition of their kind is among the others.
void note_unvalidated(const kubernetes::Cluster& cluster, const Homes& homes) {
    for (const kubernetes::Object* object : cluster.objects()) {
        if (!kubernetes::is_custom(*object) || cluster.custom_schemas().of(*object).has_schema) continue;
        if (FileRun* home = homes.of(object->manifest().source().path())) ++home->not_validated;
    }
}

// What the checks of the set find, check by check. The index of the set is gone when its findings move.
std::vector<FileAnalysis> judge_set(const std::vector<const kubernetes::Object*>& objects, const FileRun& first, const FileSystem* files,
                                    const ClusterOptions& options, bool is_first, const Homes& homes) {
    const auto& checks = first.checks->cluster();
    std::vector<std::string> external = first.settings->external;
    external.insert(external.end(), options.generated.begin(), options.generated.end());
    const kubernetes::Cluster cluster(objects, options.complete ? kubernetes::Knowledge::complete : kubernetes::Knowledge::partial, std::move(external));
    if (is_first) note_unvalidated(cluster, homes);
    const Context context(files, "");
    std::vector<FileAnalysis> found(checks.size());
    constexpr std::size_t few = 50;   // objects that are judged before a thread has started
    in_parallel(checks.size(), objects.size() < few ? 1 : options.threads, [&](std::size_t i) {
        guarded(checks[i], *first.settings, context, found[i], [&](Reporter& reporter) { checks[i].check->run.cluster(cluster, reporter); });
        found[i].findings.shrink_to_fit();
    });
    return found;
}

}

void run_cluster(const std::vector<FileRun*>& runs, const FileSystem* files, ClusterOptions options) {
    std::vector<const kubernetes::Object*> objects;
    for (FileRun* run : runs) {
        run->from_set.clear();
        run->not_validated = 0;
        run->set_failure.clear();
        if (run->out.file.status == Status::failed) options.complete = false;
        if (!run->manifest) continue;
        options.complete = options.complete && run->out.file.status == Status::analysed;
        for (const auto& object : run->manifest->objects()) objects.push_back(object.get());
    }
    if (objects.empty()) return;
    Homes homes(runs);
    bool is_first = true;
    for (const FileRun* first : one_for_each_settings(runs))
        homes.deliver(judge_set(objects, *first, files, options, std::exchange(is_first, false), homes), *first->settings);
}

bool is_kustomization(std::string_view path) {
    const std::string_view name = base_name(path);
    return name == "kustomization.yaml" || name == "kustomization.yml";
}

namespace {

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
