#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace plimsoll::output {

// Appends a JSON string literal, quotes included. Invalid UTF-8 becomes U+FFFD.
void append_json_string(std::string& out, std::string_view text);

// Writes JSON straight into a string: json.begin_object(); json.key("a").value(1); json.end_object();
// Commas, and line breaks when pretty, are its business; balanced calls are the caller's.
class JsonWriter {
public:
    explicit JsonWriter(std::string& out, bool pretty = false) : out_(out), pretty_(pretty) {}
    // Goes on inside `depth` brackets that another writer opened; `first`: nothing stands in the innermost one yet.
    JsonWriter(std::string& out, bool pretty, unsigned depth, bool first) : out_(out), pretty_(pretty), first_(first), depth_(depth) {}

    JsonWriter& begin_object() { return open('{'); }
    JsonWriter& end_object() { return close('}'); }
    JsonWriter& begin_array() { return open('['); }
    JsonWriter& end_array() { return close(']'); }
    JsonWriter& key(std::string_view name);

    JsonWriter& value(std::string_view text);
    JsonWriter& value(const char* text) { return value(std::string_view(text)); }
    JsonWriter& value(bool truth) { return raw(truth ? "true" : "false"); }
    template <std::integral Number>
    requires(!std::same_as<Number, bool>) JsonWriter& value(Number number) { return raw(std::to_string(number)); }
    // Text that is JSON already.
    JsonWriter& raw(std::string_view json);

    // key and value at once.
    template <typename Value>
    JsonWriter& member(std::string_view name, const Value& what) {
        return key(name).value(what);
    }
    // Only when there is something to say.
    JsonWriter& member_if(std::string_view name, std::string_view text) { return text.empty() ? *this : key(name).value(text); }

private:
    JsonWriter& open(char bracket);
    JsonWriter& close(char bracket);
    void separate();
    void new_line();

    std::string& out_;
    bool pretty_;
    bool first_ = true;   // nothing written yet inside the innermost bracket
    bool after_key_ = false;
    unsigned depth_ = 0;
};

}
