#include "analyzer/engine/filesystem.h"
#include "analyzer/engine/template_place.h"
#include "tests/catch.h"

using namespace plimsoll;

namespace {

constexpr const char* rendered =
    "---\n# Source: shop/templates/web.yaml\nkind: Pod\napiVersion: v1\nmetadata:\n  name: release-web\nspec:\n  hostPID: true\n  hostIPC: true\n"
    "---\nkind: Pod\napiVersion: v1\nmetadata:\n  name: hand\nspec:\n  hostPID: true\n";
constexpr const char* web =
    "{{/* say\n  hostIPC: true\nto see more */}}\nkind: Pod\napiVersion: v1\nmetadata:\n  name: {{ .Release.Name }}-web\nspec:\n  hostPID: true\n";

struct Moved {
    MemoryFileSystem files;
    Source source;
    std::vector<Finding> findings;
    std::vector<std::shared_ptr<const Source>> templates;

    // A finding on each text in the rendered file, by its place from the start.
    Moved(const std::string& path, std::initializer_list<const char*> marks, std::initializer_list<std::pair<std::string, std::string>> content)
        : source(path, rendered) {
        for (const auto& [name, text] : content) files.set(name, text);
        const kubernetes::Manifest manifest(source);
        for (const char* mark : marks) {
            const auto at = static_cast<std::uint32_t>(source.text().find(mark));
            Finding finding;
            finding.path = source.path();
            finding.span = {at, at + static_cast<std::uint32_t>(std::string_view(mark).size())};
            finding.fix = Fix{};
            findings.push_back(finding);
        }
        templates = point_into_templates(findings, manifest, &files);
    }
    // "path[text] <- path[related text]"
    std::string told(std::size_t index = 0) const {
        const Finding& finding = findings[index];
        std::string out = std::string(finding.path) + "[" + slice(finding.path, finding.span) + "]" + (finding.fix ? "" : " without a fix");
        for (const Related& related : finding.related) out += " <- " + related.path + "[" + slice(related.path, related.span) + "]";
        return out;
    }

private:
    std::string slice(std::string_view path, Span span) const {
        for (const auto& kept : templates)
            if (kept->path() == path) return std::string(kept->slice(span));
        return std::string(rendered).substr(span.begin, span.size());
    }
};

}

TEST_CASE("a finding in rendered text points into the template") {
    const Moved beside("out/all.yaml", {"hostPID: true"}, {{"out/shop/templates/web.yaml", web}});
    CHECK(beside.told() == "out/shop/templates/web.yaml[hostPID: true] without a fix <- out/all.yaml[hostPID: true]");
    CHECK(beside.templates.size() == 1);
    CHECK(Moved("all.yaml", {"hostPID: true"}, {{"templates/web.yaml", web}}).told() ==
          "templates/web.yaml[hostPID: true] without a fix <- all.yaml[hostPID: true]");
}

TEST_CASE("a finding stays where the template's line cannot be told") {
    // A line that was filled in, one that stands in a comment, one that stands there twice, and no template at all.
    const Moved moved("all.yaml", {"release-web", "hostIPC: true"}, {{"shop/templates/web.yaml", web}});
    CHECK(moved.told(0) == "all.yaml[release-web] <- shop/templates/web.yaml[]");
    CHECK(moved.told(1) == "all.yaml[hostIPC: true] <- shop/templates/web.yaml[]");
    CHECK(moved.templates.empty());
    const std::string twice = std::string(web) + web;
    CHECK(Moved("all.yaml", {"hostPID: true"}, {{"shop/templates/web.yaml", twice}}).told() == "all.yaml[hostPID: true] <- shop/templates/web.yaml[]");
    CHECK(Moved("all.yaml", {"hostPID: true"}, {}).told() == "all.yaml[hostPID: true] <- shop/templates/web.yaml[]");
}

TEST_CASE("a document without a source comment has no template") {
    CHECK(Moved("all.yaml", {"name: hand"}, {{"shop/templates/web.yaml", web}}).told() == "all.yaml[name: hand]");
}
