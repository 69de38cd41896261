// yaml-cpp as a second opinion: what both readers accept has the same structure and the same texts.

#include "tests/catch.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <yaml-cpp/yaml.h>

#include "analyzer/text/utf8.h"
#include "analyzer/yaml/stream.h"

using namespace plimsoll;

namespace {

std::string escaped(std::string_view text) {
    std::string out;
    for (char c : text) {
        if (c == '\n') {
            out += "\\n";
        } else {
            out += c;
        }
    }
    return out;
}

// Both trees in the same words: brackets, texts, '~' for what is empty.
void write(const YAML::Node& node, std::string& out) {
    if (node.IsMap()) {
        out += '{';
        for (const auto& entry : node) {
            write(entry.first, out);
            out += ':';
            write(entry.second, out);
            out += ',';
        }
        out += '}';
    } else if (node.IsSequence()) {
        out += '[';
        for (const auto& item : node) {
            write(item, out);
            out += ',';
        }
        out += ']';
    } else {
        out += node.IsNull() ? "~" : '"' + escaped(node.Scalar()) + '"';
    }
}

void write(yaml::Node node, std::string& out) {
    if (node.is_mapping()) {
        out += '{';
        for (auto [key, value] : node.entries()) {
            write(key, out);
            out += ':';
            write(value, out);
            out += ',';
        }
        out += '}';
    } else if (node.is_sequence()) {
        out += '[';
        for (yaml::Node item : node.items()) {
            write(item, out);
            out += ',';
        }
        out += ']';
    } else {
        out += node.is_null() ? "~" : '"' + escaped(node.scalar()) + '"';
    }
}

// yaml-cpp leaves merges as they are, counts a tag it does not know as text, and drops nothing behind a document.
bool comparable(const yaml::Document& document) {
    if (!document.root || document.refused || !document.problems.empty()) return false;
    for (const yaml::Record* at = document.root.record(); at < document.root.record() + document.root.record()->skip; ++at)
        if (at->redirect != 0 || (at->flags & yaml::tagged)) return false;
    return true;
}

// Documents that were compared; a message for each that differs.
std::size_t compare(const std::string& path, std::vector<std::string>& differences) {
    std::ifstream file(path, std::ios::binary);
    std::string text(std::istreambuf_iterator<char>(file), {});
    if (!is_utf8(text)) return 0;   // yaml-cpp 0.7 does not end on an invalid byte
    Source source(path, text);
    yaml::Stream stream(source);
    std::size_t count = 0;
    for (const yaml::Document& document : stream.documents()) {
        if (!comparable(document)) continue;
        std::string ours, theirs;
        write(document.root, ours);
        try {
            // The reader ends the last line of a file; yaml-cpp does not.
            write(YAML::Load(std::string(source.slice(document.span)) + "\n"), theirs);
        } catch (const YAML::Exception&) {
            continue;
        }
        ++count;
        if (ours != theirs)
            differences.push_back(path + " document " + std::to_string(document.index) + "\n" + ours.substr(0, 400) + "\n" + theirs.substr(0, 400));
    }
    return count;
}

std::size_t compare_folder(const std::filesystem::path& folder, std::vector<std::string>& differences, std::size_t most) {
    std::vector<std::string> paths;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        std::string extension = entry.path().extension().string();
        if (entry.is_regular_file() && entry.file_size() < 200'000 && (extension == ".yaml" || extension == ".yml")) paths.push_back(entry.path().string());
    }
    std::sort(paths.begin(), paths.end());
    std::size_t count = 0, step = paths.size() / most + 1;
    for (std::size_t i = 0; i < paths.size(); i += step) count += compare(paths[i], differences);
    return count;
}

}

TEST_CASE("yaml-cpp agrees on the test data") {
    std::vector<std::string> differences;
    compare_folder(std::filesystem::path(PLIMSOLL_ROOT) / "testdata", differences, 100'000);
    for (const std::string& difference : differences) UNSCOPED_INFO(difference);
    CHECK(differences.empty());
}

// A folder of manifests, when there is one: PLIMSOLL_MANIFESTS=DIR.
TEST_CASE("yaml-cpp agrees on real manifests") {
    const char* folder = std::getenv("PLIMSOLL_MANIFESTS");
    if (!folder) return;
    std::vector<std::string> differences;
    std::size_t count = compare_folder(folder, differences, 400);
    for (const std::string& difference : differences) UNSCOPED_INFO(difference);
    CHECK(differences.empty());
    CHECK(count > 0);
}
