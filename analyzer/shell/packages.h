#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <vector>

#include "analyzer/shell/script.h"

namespace plimsoll::shell {

// A package manager call, read by that manager's own option grammar.
enum class Manager : std::uint8_t {
    apt_get,
    apt,
    aptitude,
    apk,
    yum,
    dnf,
    microdnf,
    tdnf,
    zypper,
    pip,
    pipx,
    npm,
    npx,
    yarn,
    pnpm,
    gem,
    go,
    cargo,
    composer,
    conda,
    pacman,
    poetry,
    bundle,
    none,
};

// A set of managers.
class Managers {
public:
    constexpr Managers(std::initializer_list<Manager> list) {
        for (Manager manager : list) bits_ |= bit(manager);
    }
    constexpr bool has(Manager manager) const { return bits_ & bit(manager); }

private:
    static constexpr std::uint32_t bit(Manager manager) { return std::uint32_t{1} << static_cast<unsigned>(manager); }
    std::uint32_t bits_ = 0;
};
// apt-get, apt and aptitude share lists, cache and configuration.
inline constexpr Managers apt_family = {Manager::apt_get, Manager::apt, Manager::aptitude};

struct PackageOption {
    Text name;                    // as written without dashes: "no-cache-dir", "y"; each letter of "-yqq" is one option
    std::string_view key;         // canonical long name when the grammar knows one ("yes" for "y"), else the name
    const Word* word = nullptr;   // the word that holds it
    std::optional<Text> value;    // of --name=value, -nvalue or the following word when the option takes one
};

struct PackageCall {
    Manager manager = Manager::none;
    const Command* command = nullptr;
    const Word* program = nullptr;          // apt-get; for "python -m pip" the word pip
    const Word* subcommand = nullptr;       // install, add ...; null when there is none
    std::string_view action;                // canonical: install, remove, update, upgrade, dist-upgrade, clean, ci, run, get, config, cache ... ; "" when none
    std::vector<PackageOption> options;     // before and after the sub-command
    std::vector<const Word*> operands;      // after the sub-command: packages, paths; words after "--" included
    bool has(std::string_view key) const;   // an option by canonical name or as written
    const PackageOption* option(std::string_view key) const;
    int count(std::string_view key) const;
};

// The call a command makes; nullopt when it is no package manager. Absolute paths and versions in names are understood
// (/usr/bin/apt-get, pip3.11, python3 -m pip). Wrappers (sudo ...) are seen through by the caller: the inner command is listed too.
std::optional<PackageCall> package_call(const Command& command);

}
