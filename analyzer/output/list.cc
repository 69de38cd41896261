#include <algorithm>

#include "analyzer/engine/check.h"
#include "analyzer/output/explain.h"
#include "analyzer/output/json_writer.h"
#include "analyzer/output/names.h"

namespace plimsoll::output {

namespace {

void append_padded(std::string& out, std::string_view text, std::size_t width) {
    out.append(text).append(text.size() < width ? width - text.size() : 0, ' ').append("  ");
}

template <typename List>
void append_list(JsonWriter& json, std::string_view name, const List& list) {
    json.key(name).begin_array();
    for (std::string_view item : list) json.value(item);
    json.end_array();
}

}

std::string list_text(const std::vector<RegisteredCheck>& checks) {
    std::size_t widest = 0;
    for (const RegisteredCheck& entry : checks) widest = std::max(widest, entry.check->id.size());
    std::string out;
    for (const auto& [check, area] : checks) {
        append_padded(out, check->id, widest);
        append_padded(out, area, 10);
        append_padded(out, plimsoll::name_of(check->severity), 8);
        append_padded(out, name_of(check->profile), 11);
        append_padded(out, check->fix == Safety::none ? "" : name_of(check->fix), 6);
        out.append(check->title) += '\n';
    }
    return out;
}

std::string list_json(const std::vector<RegisteredCheck>& checks) {
    std::string out;
    JsonWriter json(out, true);
    json.begin_array();
    for (const auto& [check, area] : checks) {
        json.begin_object().member("id", check->id).member("area", area).member("title", check->title);
        json.member("severity", plimsoll::name_of(check->severity)).member("category", name_of(check->category));
        json.member("profile", name_of(check->profile)).member("fix", name_of(check->fix)).member("why", check->why);
        append_list(json, "aliases", check->aliases);
        append_list(json, "standards", check->standards);
        json.end_object();
    }
    json.end_array();
    return out + "\n";
}

std::string list_markdown(const std::vector<RegisteredCheck>& checks) {
    std::string out = "# Checks\n\nMade by `plimsoll list -f markdown`; a test compares. `plimsoll explain ID` shows reasons and examples.\n\n"
                      "Left out, because files alone cannot tell: `base-image-platform-mismatch` needs the image's platforms from a registry.\n";
    std::string_view last;
    std::vector<RegisteredCheck> by_area = checks;
    std::stable_sort(by_area.begin(), by_area.end(), [](const RegisteredCheck& a, const RegisteredCheck& b) { return a.area < b.area; });
    for (const auto& [check, area] : by_area) {
        if (area != last) out.append("\n## ").append(area).append("\n\n| id | severity | profile | fix | what | also known as |\n|---|---|---|---|---|---|\n");
        last = area;
        out.append("| `").append(check->id).append("` | ").append(plimsoll::name_of(check->severity)).append(" | ").append(name_of(check->profile));
        out.append(" | ").append(check->fix == Safety::none ? "" : name_of(check->fix)).append(" | ").append(check->title).append(" | ");
        std::string_view comma;
        for (std::string_view alias : check->aliases) {
            if (alias.starts_with("kics:")) continue;   // thirty-six hex digits tell a reader nothing
            out.append(comma).append(alias);
            comma = ", ";
        }
        out.append(" |\n");
    }
    return out;
}

}
