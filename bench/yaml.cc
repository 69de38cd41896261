// What the YAML tree costs above the bare parser: yaml_bench LIST [REPEATS], LIST a file with one path a line.
// Both read the same documents from memory, one after the other; CPU seconds of this process.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include <libfyaml.h>

#include "analyzer/yaml/split.h"
#include "analyzer/yaml/stream.h"

using namespace plimsoll;

namespace {

using Sources = std::vector<std::unique_ptr<Source>>;

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

void no_output(fy_diag*, void*, const char*, std::size_t) {}

Sources load(const char* list) {
    Sources out;
    std::ifstream paths(list);
    for (std::string path; std::getline(paths, path);) {
        std::ifstream file(path, std::ios::binary);
        out.push_back(std::make_unique<Source>(path, std::string(std::istreambuf_iterator<char>(file), {})));
    }
    return out;
}

// Every event of every document, looked at no further.
std::size_t bare(const Source& source) {
    fy_diag_cfg quiet;
    fy_diag_cfg_default(&quiet);
    quiet.fp = nullptr;
    quiet.output_fn = no_output;
    fy_diag* diag = fy_diag_create(&quiet);
    fy_parse_cfg cfg{};
    cfg.flags = static_cast<fy_parse_cfg_flags>(FYPCF_QUIET | FYPCF_DEFAULT_VERSION_1_1 | FYPCF_SLOPPY_FLOW_INDENTATION | FYPCF_DISABLE_DEPTH_LIMIT);
    cfg.diag = diag;
    fy_parser* parser = fy_parser_create(&cfg);
    std::size_t events = 0;
    bool used = false;
    for (const yaml::Chunk& chunk : yaml::split_documents(source.text(), {0, source.size()})) {
        if (used && (fy_parser_get_stream_error(parser) || fy_parser_reset(parser) != 0)) {
            fy_parser_destroy(parser);
            parser = fy_parser_create(&cfg);
        }
        used = true;
        fy_parser_set_string(parser, source.text().data() + chunk.span.begin, chunk.span.size());
        while (fy_event* event = fy_parser_parse(parser)) {
            ++events;
            fy_parser_event_free(parser, event);
        }
    }
    fy_parser_destroy(parser);
    fy_diag_destroy(diag);
    return events;
}

std::size_t ours(const Source& source) {
    yaml::Stream stream(source);
    std::size_t nodes = 0;
    for (const yaml::Document& document : stream.documents())
        if (document.root) nodes += document.root.record()->skip;
    return nodes;
}

template <typename Read>
double measure(const char* name, const Sources& sources, int repeats, Read read) {
    std::size_t count = 0;
    double start = cpu_seconds();
    for (int i = 0; i < repeats; ++i)
        for (const auto& source : sources) count += read(*source);
    double seconds = (cpu_seconds() - start) / repeats;
    std::printf("%-10s %.3f s, %zu\n", name, seconds, count / static_cast<std::size_t>(repeats));
    return seconds;
}

}

int main(int argc, char** argv) {
    if (argc < 2) return 2;
    int repeats = argc > 2 ? std::max(std::atoi(argv[2]), 1) : 3;
    Sources sources = load(argv[1]);
    double floor = measure("libfyaml", sources, repeats, bare);
    double full = measure("tree", sources, repeats, ours);
    std::printf("ratio      %.2f\n", full / floor);
}
