#include "tests/catch.h"

#include <cstdlib>
#include <fstream>
#include <functional>
#include <map>

#include "analyzer/kubernetes/selector.h"
#include "analyzer/kubernetes/values.h"
#include "tests/kubernetes/manifest_fixture.h"

using namespace plimsoll::kubernetes;

TEST_CASE("quantities are read in thousandths and rounded up") {
    struct Row {
        std::string_view text;
        std::int64_t milli;
    };
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
    const Row rows[] = {{"0", 0},
                        {"1", 1000},
                        {"100m", 100},
                        {"1.5", 1500},
                        {".5", 500},
                        {"1.", 1000},
                        {"-1", -1000},
                        {"+2", 2000},
                        {"1Ki", 1024'000},
                        {"1.5Gi", 1610612736'000},
                        {"1e3", 1000'000},
                        {"1E", most},
                        {"1e-3", 1},
                        {"1n", 1},
                        {"0.0000000001", 1},
                        {"1000000000000E", most},
                        {"m", 0},
                        {"010", 10'000},
                        {"2.5G", 2500'000'000'000},
                        {"1e1000", most},
                        {"1e-1000", 1}};
    for (const Row& row : rows) {
        INFO(row.text);
        CHECK(quantity_milli(row.text) == row.milli);
    }
    for (std::string_view text : {"", "1GB", "1 Gi", "1e", "1e3Mi", "0x10", "1_000", "Inf", "1Gi1", "1,0", "1K", "--1"}) {
        INFO(text);
        CHECK_FALSE(quantity_milli(text));
    }
}

TEST_CASE("a number in YAML is a quantity as the API server sees it") {
    const ManifestFile file("apiVersion: v1\nkind: X\na: 2\nb: 0x10\nc: 1.5\nd: true\ne: ${X}\nf: \"500m\"\n");
    const Object& object = file.object();
    CHECK(quantity_milli(object["a"]) == 2000);
    CHECK(quantity_milli(object["b"]) == 16000);
    CHECK(quantity_milli(object["c"]) == 1500);
    CHECK_FALSE(quantity_milli(object["d"]));
    CHECK_FALSE(quantity_milli(object["e"]));
    CHECK(quantity_milli(object["f"]) == 500);
    CHECK_FALSE(quantity_milli(object["nothing"]));
}

TEST_CASE("percentages are of a total and round either way") {
    const ManifestFile file("apiVersion: v1\nkind: X\na: 25%\nb: 3\nc: \"3\"\nd: 1.5%\n");
    CHECK(count_or_percent(file.object()["a"], 10, true) == 3);
    CHECK(count_or_percent(file.object()["a"], 10, false) == 2);
    CHECK(count_or_percent(file.object()["b"], 10, true) == 3);
    CHECK_FALSE(count_or_percent(file.object()["c"], 10, true));
    CHECK_FALSE(count_or_percent(file.object()["d"], 10, true));
    CHECK(percent_of("-5%", 10, true) == 0);
    CHECK(percent_of("-5%", 10, false) == -1);
}

TEST_CASE("addresses and blocks of addresses") {
    for (std::string_view text : {"10.0.0.0/8", "0.0.0.0/0", "::/0", "fd00::/8", "::ffff:10.0.0.1/128", "1:2:3:4:5:6:7:8/64"}) {
        INFO(text);
        CHECK(parse_cidr(text));
    }
    for (std::string_view text : {"", "10.0.0.0", "10.0.0/8", "10.0.0.256/8", "10.0.0.01/8", "10.0.0.0/33", "::/129", "1::2::3/8", "1:2:3:4:5:6:7:8:9/8",
                                  "::1.2.3/8", "g::/8", "10.0.0.0/-1"}) {
        INFO(text);
        CHECK_FALSE(parse_cidr(text));
    }
    CHECK(parse_cidr("10.0.0.0/8")->contains(*parse_cidr("10.1.0.0/16")));
    CHECK(parse_cidr("10.0.0.0/9")->contains(*parse_address("10.127.0.1")));
    CHECK_FALSE(parse_cidr("10.0.0.0/9")->contains(*parse_address("10.128.0.1")));
    CHECK_FALSE(parse_cidr("10.0.0.0/16")->contains(*parse_cidr("10.0.0.0/8")));
    CHECK_FALSE(parse_cidr("::/0")->contains(*parse_address("10.0.0.1")));
    CHECK(parse_cidr("::/0")->all());
    CHECK(parse_address("fd00::1")->bytes[15] == 1);
    CHECK_FALSE(parse_address("10.0.0.0/8"));
}

TEST_CASE("base64 as Go decodes it") {
    CHECK(decode_base64("") == "");
    CHECK(decode_base64("YQ==") == "a");
    CHECK(decode_base64("YWI=") == "ab");
    CHECK(decode_base64("YWJj\nYWJj\r\n") == "abcabc");
    for (std::string_view text : {"YQ", "YQ=", "YQ==YQ==", "Y===", "====", "YW I=", "YQ=a", "a-b_"}) {
        INFO(text);
        CHECK_FALSE(decode_base64(text));
    }
}

namespace {

// The string of a JSON text; only the escapes that occur.
std::string json_string(std::string_view text) {
    std::string decoded;
    for (std::size_t i = 1; i + 1 < text.size(); ++i) {
        if (text[i] != '\\') {
            decoded += text[i];
            continue;
        }
        // Once for the table, once for JSON.
        while (text[i] == '\\' && i + 2 < text.size()) ++i;
        decoded += text[i] == 'n' ? '\n' : text[i] == 't' ? '\t' : text[i];
    }
    return decoded;
}

std::vector<std::string> cells(const std::string& line) {
    std::vector<std::string> found(1);
    for (char c : line) {
        if (c == '\t')
            found.emplace_back();
        else
            found.back() += c;
    }
    found.resize(4);
    return found;
}

}

TEST_CASE("every value is judged as the API's own code judges it") {
    const char* shared = std::getenv("PLIMSOLL_SHARED");
    std::ifstream oracle(std::string(shared ? shared : PLIMSOLL_ROOT "/../shared") + "/data/kubernetes/syntax-oracle.tsv");
    if (!oracle) return;   // not part of the repository
    const std::map<std::string, std::function<bool(std::string_view)>> checkers = {
        {"quantity", [](std::string_view text) { return quantity_milli(text).has_value(); }},
        {"intorstring", [](std::string_view text) { return percent_of(text, 10, true).has_value(); }},
        {"cron", is_schedule},
        {"dns1123label", is_dns1123_label},
        {"dns1123subdomain", is_dns1123_subdomain},
        {"dns1035label", is_dns1035_label},
        {"wildcarddns", is_wildcard_dns1123_subdomain},
        {"labelvalue", is_label_value},
        {"qualifiedname", is_qualified_name},
        {"portname", is_port_name},
        {"envvar", is_strict_env_name},
        {"envvar-relaxed", is_env_name},
        {"configmapkey", is_config_key},
        {"selector", is_selector_text},
        {"percent", is_percent},
        {"httpheader", is_http_header_name},
        {"domainpath", is_domain_path},
    };
    std::string line;
    std::getline(oracle, line);
    int rows = 0;
    while (std::getline(oracle, line)) {
        const std::vector<std::string> row = cells(line);
        INFO(row[0] << " " << row[1].substr(0, 100));
        const auto checker = checkers.find(row[0]);
        REQUIRE(checker != checkers.end());
        CHECK(checker->second(json_string(row[1])) == (row[2] == "yes"));
        ++rows;
    }
    CHECK(rows > 800);
}
