#include <algorithm>
#include <map>

#include "analyzer/engine/check.h"
#include "analyzer/engine/filesystem.h"

namespace plimsoll::checks::archive_not_extracted_by_add {

// A tar archive: what ADD unpacks. A compressed single file stays as it is.
static bool is_tar(std::string_view name) {
    constexpr std::string_view endings[] = {".tar", ".tar.gz",  ".tgz",  ".tar.bz2",  ".tbz2", ".tbz",    ".tb2",   ".tar.xz", ".txz",
                                            ".tpz", ".tar.zst", ".tzst", ".tar.lzma", ".tlz",  ".tar.lz", ".tar.Z", ".tZ",     ".taz"};
    return std::any_of(std::begin(endings), std::end(endings), [&](std::string_view e) { return name.ends_with(e); });
}

// ADD unpacks everything as it is: what tar is told to leave out or to rename needs tar.
static bool selects(std::string_view option) {
    constexpr std::string_view names[] = {"--strip", "--exclude", "--transform", "--xform", "--wildcards", "--anchored", "--to-command", "--owner", "--keep"};
    return std::any_of(std::begin(names), std::end(names), [&](std::string_view n) { return option.starts_with(n); });
}

static bool extracts(const shell::Command& command) {
    if (command.is("tar") || command.is("bsdtar") || command.is("gtar")) {
        const auto words = command.arguments();
        const bool bundled = !words.empty() && !words[0].starts_with("-") && words[0].value.find('x') != std::string::npos &&
                             words[0].value.find_first_of("./$") == std::string::npos;
        return (bundled || command.has_any({"x", "extract", "get"})) &&
               std::none_of(words.begin(), words.end(), [](const shell::Word& w) { return selects(w.value); });
    }
    constexpr std::string_view tools[] = {"gunzip", "bunzip2", "unlzma", "unxz", "unzstd", "uncompress", "zcat", "gzcat"};
    return std::any_of(std::begin(tools), std::end(tools), [&](std::string_view t) { return command.is(t); });
}

struct Copied {
    const docker::Instruction* copy = nullptr;
    const Text* source = nullptr;
};

// Base names of archives that COPY brought into the stage so far.
struct Archives {
    std::map<std::string, Copied, std::less<>> known;

    void add(const docker::Dockerfile& file, const docker::Instruction& copy) {
        if (copy.from() || !copy.destination()) return;
        for (const Text& source : copy.sources()) {
            const std::string value = file.expand(source, copy).value_or(std::string(source.value));
            if (!is_tar(value)) continue;
            const std::string target = file.expand(*copy.destination(), copy).value_or(std::string(copy.destination()->value));
            known[std::string(base_name(is_tar(target) ? target : value))] = {&copy, &source};
            // The shell of RUN expands the same variables: both sides as written.
            if (!is_tar(target)) known[std::string(base_name(source.value))] = {&copy, &source};
        }
    }
};

static void in_run(const docker::Dockerfile& file, const docker::Instruction& run, Archives& archives, Reporter& report) {
    for (const docker::Command& command : file.commands_of(run)) {
        if (!extracts(*command.command)) continue;
        for (const shell::Word& word : command->arguments()) {
            const std::size_t equals = word.starts_with("--file=") ? 7 : 0;
            const auto found = archives.known.find(base_name(std::string_view(word.value).substr(equals)));
            if (found == archives.known.end()) continue;
            report.at(*found->second.source, "this archive is only copied to be unpacked by RUN; ADD unpacks " + quote(found->first) + " in one layer")
                .related(word.span(), "unpacked here");
            std::erase_if(archives.known, [source = found->second.source](const auto& entry) { return entry.second.source == source; });
        }
    }
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::Stage& stage : file.stages()) {
        Archives archives;
        for (const docker::Instruction* instruction : stage.instructions) {
            if (instruction->keyword == docker::Keyword::copy) archives.add(file, *instruction);
            if (instruction->keyword == docker::Keyword::run && !archives.known.empty()) in_run(file, *instruction, archives, report);
        }
    }
}

static constexpr Example examples[] = {{.bad = R"(
FROM debian:13
COPY dist/app-1.0.tar.gz /tmp/
     ^^^^^^^^^^^^^^^^^^^ this archive is only copied to be unpacked by RUN; ADD unpacks 'app-1.0.tar.gz' in one layer
COPY b.tgz /tmp/c.tgz
     ^^^^^ this archive is only copied to be unpacked by RUN; ADD unpacks 'c.tgz' in one layer
RUN tar -xzf /tmp/app-1.0.tar.gz -C /opt && tar xf /tmp/c.tgz && rm /tmp/*gz
)",
                                        .good = R"(
FROM debian:13
ADD dist/app-1.0.tar.gz /opt/
)",
                                        .fixed = false},
                                       {.bad = R"(
FROM debian:13
ARG VERSION=1
COPY app-$VERSION.tar /tmp/
     ^^^^^^^^^^^^^^^^ this archive is only copied to be unpacked by RUN; ADD unpacks 'app-$VERSION.tar' in one layer
RUN sudo tar --extract --file=/tmp/app-$VERSION.tar
)",
                                        .good = R"(
FROM debian:13
COPY tool.zip notes.gz src.tar.gz kept.tar.gz /tmp/
COPY --from=build /dist.tgz /tmp/
RUN unzip /tmp/tool.zip && gunzip /tmp/notes.gz && tar xzf /tmp/src.tar.gz --strip-components=1 && tar xf /tmp/dist.tgz
RUN tar czf /tmp/kept.tar.gz /srv
)",
                                        .fixed = false}};

extern constinit const Check archive_not_extracted_by_add = {
    .id = "archive-not-extracted-by-add",
    .title = "Archive copied, then extracted by RUN.",
    .category = Category::efficiency,
    .severity = Severity::info,
    .profile = Profile::recommended,
    .why = "The archive stays in the layer of COPY even when RUN deletes it, so the image carries its content twice. ADD unpacks a local tar archive without "
           "keeping it.",
    .aliases = {"hadolint:DL3010"},
    .examples = examples,
    .run = on(docker::Keyword::copy, run),
};

}
