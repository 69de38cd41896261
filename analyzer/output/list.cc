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

}
