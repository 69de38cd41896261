#include <cctype>
#include <string>

#include "analyzer/engine/context.h"
#include "checks/kustomize/kustomization.h"

namespace plimsoll::checks::kustomize_secret_literal {

namespace {

// Text that stands for a value to come.
bool is_stand_in(std::string_view value) {
    constexpr std::string_view words[] = {"changeme", "change_me", "change-me", "replace", "placeholder", "example",
                                          "dummy",    "todo",      "xxx",       "your-",   "your_",       "redacted"};
    std::string lowered(value.substr(0, 200));
    for (char& c : lowered) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    if (lowered.find_first_not_of(" \t\"'*.") == std::string::npos) return true;
    for (std::string_view sign : {"${", "$(", "{{", "@@"})
        if (lowered.find(sign) != std::string::npos) return true;
    if (lowered.starts_with('<') && lowered.ends_with('>')) return true;
    return std::any_of(std::begin(words), std::end(words), [&](std::string_view word) { return lowered.find(word) != std::string::npos; });
}

void judge_literal(yaml::Node item, Reporter& report) {
    const std::string_view text = item.text_or_empty();
    const std::size_t equals = text.find('=');
    if (item.is_placeholder() || equals == std::string_view::npos || is_stand_in(text.substr(equals + 1))) return;
    report
        .at(item.place(equals + 1, text.size()),
            "the value of " + quote(text.substr(0, equals)) + " lies open in the repository; take it from a secret store or an encrypted file")
        .field(item.path());
}

// Encrypted by SOPS, PGP, age or Ansible, or public by nature.
bool is_harmless(std::string_view text) {
    for (std::string_view sign :
         {"ENC[", "-----BEGIN PGP", "-----BEGIN AGE", "-----BEGIN CERTIFICATE-----", "-----BEGIN PUBLIC KEY", "$ANSIBLE_VAULT", "age-encryption.org"})
        if (text.find(sign) != std::string_view::npos) return true;
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos || text.find('\0') != std::string_view::npos;
}

// A line NAME=value with a value of its own.
bool has_values(std::string_view text) {
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        const std::size_t equals = line.find('=');
        if (!line.starts_with('#') && equals != std::string_view::npos && !is_stand_in(line.substr(equals + 1, line.find('\r') - equals - 1))) return true;
    }
    return false;
}

void judge_file(yaml::Node item, bool is_env, Reporter& report) {
    std::string_view name = item.text_or_empty();
    if (!is_env) name = name.substr(name.find('=') == std::string_view::npos ? 0 : name.find('=') + 1);
    const auto content = name.empty() ? std::nullopt : report.context().read(name);
    if (!content || is_harmless(*content) || (is_env ? !has_values(*content) : is_stand_in(*content))) return;
    report.at(item, quote(name) + " holds the secret as plain text; encrypt it or take it from a secret store");
}

void run(const kubernetes::Manifest&, yaml::Node root, Reporter& report) {
    for (yaml::Node generator : root["secretGenerator"].items()) {
        for (yaml::Node item : generator["literals"].items()) judge_literal(item, report);
        for (yaml::Node item : generator["files"].items()) judge_file(item, false, report);
        for (yaml::Node item : generator["envs"].items()) judge_file(item, true, report);
        judge_file(generator["env"], true, report);
    }
}

constexpr Example examples[] = {
    {.bad = R"(
secretGenerator:
- name: database
  literals:
  - user=${DB_USER}
  - password=hunter2
             ^^^^^^^ the value of 'password' lies open in the repository; take it from a secret store or an encrypted file
  envs:
  - db.env
    ^^^^^^ 'db.env' holds the secret as plain text; encrypt it or take it from a secret store
)",
     .good = R"(
secretGenerator:
- name: database
  literals: [password=CHANGEME, token=]
  envs: [sealed.env]
  files: [ca.crt, missing.key]
)",
     .files = {"db.env=# access\nPASSWORD=hunter2\n", "sealed.env=PASSWORD=ENC[AES256_GCM,data:x]\n", "ca.crt=-----BEGIN CERTIFICATE-----\n"},
     .path = "kustomization.yaml"}};

}

extern constinit const Check kustomize_secret_literal = {
    .id = "kustomize-secret-literal",
    .title = "secretGenerator has literal values or plain-text files.",
    .category = Category::security,
    .severity = Severity::high,
    .profile = Profile::recommended,
    .why = "Everyone who can read the repository, and every copy of its history, has the secret.",
    .standards = {"NIST-800-190-4.1.4", "OWASP-K08"},
    .examples = examples,
    .run = on_kustomizations<run>(),
};

}
