#pragma once

#include <string_view>

// End-of-support dates of releases, as their makers publish them; the last day of the free support that anyone gets: LTS for Debian,
// standard support for Ubuntu. Releases without a date here are not judged.

namespace plimsoll::checks {

struct Release {
    std::string_view product;
    std::string_view cycle;   // what the version or the tag begins with: "3.7", "buster"
    std::string_view end;     // the last day with security fixes
};

constexpr Release releases[] = {
    {"debian", "5", "2012-02-06"}, {"debian", "6", "2016-02-29"}, {"debian", "7", "2018-05-31"}, {"debian", "8", "2020-06-30"},
    {"debian", "9", "2022-06-30"}, {"debian", "10", "2024-06-30"}, {"debian", "11", "2026-08-31"}, {"debian", "12", "2028-06-30"},
    {"debian", "squeeze", "2016-02-29"}, {"debian", "wheezy", "2018-05-31"}, {"debian", "jessie", "2020-06-30"}, {"debian", "stretch", "2022-06-30"},
    {"debian", "buster", "2024-06-30"}, {"debian", "bullseye", "2026-08-31"}, {"debian", "bookworm", "2028-06-30"},
    {"ubuntu", "10.04", "2015-04-30"}, {"ubuntu", "12.04", "2017-04-28"}, {"ubuntu", "12.10", "2014-05-16"}, {"ubuntu", "13.04", "2014-01-27"},
    {"ubuntu", "13.10", "2014-07-17"}, {"ubuntu", "14.04", "2019-04-25"}, {"ubuntu", "14.10", "2015-07-23"}, {"ubuntu", "15.04", "2016-02-04"},
    {"ubuntu", "15.10", "2016-07-28"}, {"ubuntu", "16.04", "2021-04-30"}, {"ubuntu", "16.10", "2017-07-20"}, {"ubuntu", "17.04", "2018-01-13"},
    {"ubuntu", "17.10", "2018-07-19"}, {"ubuntu", "18.04", "2023-05-31"}, {"ubuntu", "18.10", "2019-07-18"}, {"ubuntu", "19.04", "2020-01-23"},
    {"ubuntu", "19.10", "2020-07-17"}, {"ubuntu", "20.04", "2025-05-31"}, {"ubuntu", "20.10", "2021-07-22"}, {"ubuntu", "21.04", "2022-01-20"},
    {"ubuntu", "21.10", "2022-07-14"}, {"ubuntu", "22.04", "2027-06-01"}, {"ubuntu", "22.10", "2023-07-20"}, {"ubuntu", "23.04", "2024-01-25"},
    {"ubuntu", "23.10", "2024-07-11"}, {"ubuntu", "24.10", "2025-07-10"}, {"ubuntu", "25.04", "2026-01-15"}, {"ubuntu", "25.10", "2026-07-31"},
    {"ubuntu", "lucid", "2015-04-30"}, {"ubuntu", "precise", "2017-04-28"}, {"ubuntu", "quantal", "2014-05-16"}, {"ubuntu", "raring", "2014-01-27"},
    {"ubuntu", "saucy", "2014-07-17"}, {"ubuntu", "trusty", "2019-04-25"}, {"ubuntu", "utopic", "2015-07-23"}, {"ubuntu", "vivid", "2016-02-04"},
    {"ubuntu", "wily", "2016-07-28"}, {"ubuntu", "xenial", "2021-04-30"}, {"ubuntu", "yakkety", "2017-07-20"}, {"ubuntu", "zesty", "2018-01-13"},
    {"ubuntu", "artful", "2018-07-19"}, {"ubuntu", "bionic", "2023-05-31"}, {"ubuntu", "cosmic", "2019-07-18"}, {"ubuntu", "disco", "2020-01-23"},
    {"ubuntu", "eoan", "2020-07-17"}, {"ubuntu", "focal", "2025-05-31"}, {"ubuntu", "groovy", "2021-07-22"}, {"ubuntu", "hirsute", "2022-01-20"},
    {"ubuntu", "impish", "2022-07-14"}, {"ubuntu", "jammy", "2027-06-01"}, {"ubuntu", "kinetic", "2023-07-20"}, {"ubuntu", "lunar", "2024-01-25"},
    {"ubuntu", "mantic", "2024-07-11"}, {"ubuntu", "oracular", "2025-07-10"}, {"ubuntu", "plucky", "2026-01-15"},
    {"ubuntu", "questing", "2026-07-31"},
    {"alpine", "2", "2017-05-01"}, {"alpine", "3.0", "2016-05-01"}, {"alpine", "3.1", "2016-11-01"}, {"alpine", "3.2", "2017-05-01"},
    {"alpine", "3.3", "2017-11-01"}, {"alpine", "3.4", "2018-05-01"}, {"alpine", "3.5", "2018-11-01"}, {"alpine", "3.6", "2019-05-01"},
    {"alpine", "3.7", "2019-11-01"}, {"alpine", "3.8", "2020-05-01"}, {"alpine", "3.9", "2020-11-01"}, {"alpine", "3.10", "2021-05-01"},
    {"alpine", "3.11", "2021-11-01"}, {"alpine", "3.12", "2022-05-01"}, {"alpine", "3.13", "2022-11-01"}, {"alpine", "3.14", "2023-05-01"},
    {"alpine", "3.15", "2023-11-01"}, {"alpine", "3.16", "2024-05-23"}, {"alpine", "3.17", "2024-11-22"}, {"alpine", "3.18", "2025-05-09"},
    {"alpine", "3.19", "2025-11-01"}, {"alpine", "3.20", "2026-04-01"}, {"alpine", "3.21", "2026-11-01"}, {"alpine", "3.22", "2027-05-01"},
    {"alpine", "3.23", "2027-11-01"},
    {"centos", "5", "2017-03-31"}, {"centos", "6", "2020-11-30"}, {"centos", "7", "2024-06-30"}, {"centos", "8", "2021-12-31"},
    {"centos", "stream8", "2024-05-31"}, {"centos", "stream9", "2027-05-31"},
    {"fedora", "20", "2015-06-23"}, {"fedora", "21", "2015-12-01"}, {"fedora", "22", "2016-07-19"}, {"fedora", "23", "2016-12-20"},
    {"fedora", "24", "2017-08-08"}, {"fedora", "25", "2017-12-12"}, {"fedora", "26", "2018-05-29"}, {"fedora", "27", "2018-11-30"},
    {"fedora", "28", "2019-05-28"}, {"fedora", "29", "2019-11-26"}, {"fedora", "30", "2020-05-26"}, {"fedora", "31", "2020-11-24"},
    {"fedora", "32", "2021-05-25"}, {"fedora", "33", "2021-11-30"}, {"fedora", "34", "2022-06-07"}, {"fedora", "35", "2022-12-13"},
    {"fedora", "36", "2023-05-16"}, {"fedora", "37", "2023-12-05"}, {"fedora", "38", "2024-05-21"}, {"fedora", "39", "2024-11-26"},
    {"fedora", "40", "2025-05-13"}, {"fedora", "41", "2025-12-15"}, {"fedora", "42", "2026-05-31"},
    {"rhel", "5", "2017-03-31"}, {"rhel", "6", "2020-11-30"}, {"rhel", "7", "2024-06-30"}, {"rhel", "8", "2029-05-31"}, {"rhel", "9", "2032-05-31"},
    {"rocky", "8", "2029-05-31"}, {"rocky", "9", "2032-05-31"},
    {"amazonlinux", "1", "2023-12-31"}, {"amazonlinux", "2016", "2023-12-31"}, {"amazonlinux", "2017", "2023-12-31"},
    {"amazonlinux", "2018", "2023-12-31"}, {"amazonlinux", "2", "2026-06-30"}, {"amazonlinux", "2023", "2029-06-30"},
    {"oraclelinux", "5", "2017-06-30"}, {"oraclelinux", "6", "2021-03-31"}, {"oraclelinux", "7", "2024-12-31"}, {"oraclelinux", "8", "2029-07-31"},
    {"leap", "42.1", "2017-05-17"}, {"leap", "42.2", "2018-01-26"}, {"leap", "42.3", "2019-07-01"}, {"leap", "15.0", "2019-12-03"},
    {"leap", "15.1", "2021-02-02"}, {"leap", "15.2", "2022-01-04"}, {"leap", "15.3", "2022-12-31"}, {"leap", "15.4", "2023-12-07"},
    {"leap", "15.5", "2024-12-31"}, {"leap", "15.6", "2026-04-30"},
    {"windows", "1709", "2019-04-09"}, {"windows", "1803", "2019-11-12"}, {"windows", "1903", "2020-12-08"}, {"windows", "1909", "2021-05-11"},
    {"windows", "2004", "2021-12-14"}, {"windows", "20H2", "2022-08-09"}, {"windows", "20h2", "2022-08-09"}, {"windows", "ltsc2016", "2027-01-12"},
    {"node", "0", "2016-12-31"}, {"node", "4", "2018-04-30"}, {"node", "5", "2016-06-30"}, {"node", "6", "2019-04-30"}, {"node", "7", "2017-06-30"},
    {"node", "8", "2019-12-31"}, {"node", "9", "2018-06-30"}, {"node", "10", "2021-04-30"}, {"node", "11", "2019-06-01"},
    {"node", "12", "2022-04-30"}, {"node", "13", "2020-06-01"}, {"node", "14", "2023-04-30"}, {"node", "15", "2021-06-01"},
    {"node", "16", "2023-09-11"}, {"node", "17", "2022-06-01"}, {"node", "18", "2025-04-30"}, {"node", "19", "2023-06-01"},
    {"node", "20", "2026-04-30"}, {"node", "21", "2024-06-01"}, {"node", "22", "2027-04-30"}, {"node", "23", "2025-06-01"},
    {"node", "24", "2028-04-30"}, {"node", "25", "2026-06-01"}, {"node", "argon", "2018-04-30"}, {"node", "boron", "2019-04-30"},
    {"node", "carbon", "2019-12-31"}, {"node", "dubnium", "2021-04-30"}, {"node", "erbium", "2022-04-30"}, {"node", "fermium", "2023-04-30"},
    {"node", "gallium", "2023-09-11"}, {"node", "hydrogen", "2025-04-30"}, {"node", "iron", "2026-04-30"}, {"node", "jod", "2027-04-30"},
    {"python", "2", "2020-01-01"}, {"python", "3.1", "2012-04-09"}, {"python", "3.2", "2016-02-20"}, {"python", "3.3", "2017-09-29"},
    {"python", "3.4", "2019-03-18"}, {"python", "3.5", "2020-09-30"}, {"python", "3.6", "2021-12-23"}, {"python", "3.7", "2023-06-27"},
    {"python", "3.8", "2024-10-07"}, {"python", "3.9", "2025-10-31"}, {"python", "3.10", "2026-10-31"}, {"python", "3.11", "2027-10-31"},
    {"python", "3.12", "2028-10-31"},
    {"golang", "1.3", "2015-08-19"}, {"golang", "1.4", "2016-02-17"}, {"golang", "1.5", "2016-08-15"}, {"golang", "1.6", "2017-02-16"},
    {"golang", "1.7", "2017-08-24"}, {"golang", "1.8", "2018-02-16"}, {"golang", "1.9", "2018-08-24"}, {"golang", "1.10", "2019-02-25"},
    {"golang", "1.11", "2019-09-03"}, {"golang", "1.12", "2020-02-25"}, {"golang", "1.13", "2020-08-11"}, {"golang", "1.14", "2021-02-16"},
    {"golang", "1.15", "2021-08-16"}, {"golang", "1.16", "2022-03-15"}, {"golang", "1.17", "2022-08-02"}, {"golang", "1.18", "2023-02-01"},
    {"golang", "1.19", "2023-08-08"}, {"golang", "1.20", "2024-02-06"}, {"golang", "1.21", "2024-08-13"}, {"golang", "1.22", "2025-02-11"},
    {"golang", "1.23", "2025-08-12"}, {"golang", "1.24", "2026-02-28"}, {"golang", "1.25", "2026-08-31"}, {"golang", "1.26", "2027-02-28"},
    {"php", "5", "2018-12-31"}, {"php", "5.3", "2014-08-14"}, {"php", "5.4", "2015-09-03"}, {"php", "5.5", "2016-07-21"},
    {"php", "5.6", "2018-12-31"}, {"php", "7", "2022-11-28"}, {"php", "7.0", "2019-01-10"}, {"php", "7.1", "2019-12-01"},
    {"php", "7.2", "2020-11-30"}, {"php", "7.3", "2021-12-06"}, {"php", "7.4", "2022-11-28"}, {"php", "8.0", "2023-11-26"},
    {"php", "8.1", "2025-12-31"}, {"php", "8.2", "2026-12-31"}, {"php", "8.3", "2027-12-31"},
    {"ruby", "1", "2015-02-23"}, {"ruby", "2", "2023-03-31"}, {"ruby", "2.0", "2016-02-24"}, {"ruby", "2.1", "2017-03-31"},
    {"ruby", "2.2", "2018-03-31"}, {"ruby", "2.3", "2019-03-31"}, {"ruby", "2.4", "2020-03-31"}, {"ruby", "2.5", "2021-03-31"},
    {"ruby", "2.6", "2022-04-12"}, {"ruby", "2.7", "2023-03-31"}, {"ruby", "3.0", "2024-04-23"}, {"ruby", "3.1", "2025-03-26"},
    {"ruby", "3.2", "2026-03-31"}, {"ruby", "3.3", "2027-03-31"},
    {"java", "6", "2018-12-31"}, {"java", "7", "2022-07-31"}, {"java", "9", "2018-03-20"}, {"java", "10", "2018-09-25"}, {"java", "12", "2019-09-17"},
    {"java", "13", "2020-03-17"}, {"java", "14", "2020-09-15"}, {"java", "15", "2021-03-16"}, {"java", "16", "2021-09-14"},
    {"java", "18", "2022-09-20"}, {"java", "19", "2023-03-21"}, {"java", "20", "2023-09-19"}, {"java", "22", "2024-09-17"},
    {"java", "23", "2025-03-18"}, {"java", "24", "2025-09-16"}, {"java", "25", "2031-09-30"},
    {"postgres", "9", "2021-11-11"}, {"postgres", "9.0", "2015-10-08"}, {"postgres", "9.1", "2016-10-27"}, {"postgres", "9.2", "2017-11-09"},
    {"postgres", "9.3", "2018-11-08"}, {"postgres", "9.4", "2020-02-13"}, {"postgres", "9.5", "2021-02-11"}, {"postgres", "9.6", "2021-11-11"},
    {"postgres", "10", "2022-11-10"}, {"postgres", "11", "2023-11-09"}, {"postgres", "12", "2024-11-21"}, {"postgres", "13", "2025-11-13"},
    {"postgres", "14", "2026-11-12"}, {"postgres", "15", "2027-11-11"},
    {"mysql", "5", "2023-10-31"}, {"mysql", "5.5", "2018-12-31"}, {"mysql", "5.6", "2021-02-28"}, {"mysql", "5.7", "2023-10-31"},
    {"mysql", "8.0", "2026-04-30"}, {"mysql", "8.1", "2023-10-25"}, {"mysql", "8.2", "2024-01-16"}, {"mysql", "8.3", "2024-04-30"},
    {"mysql", "9.0", "2024-10-15"}, {"mysql", "9.1", "2025-01-21"}, {"mysql", "9.2", "2025-04-15"}, {"mysql", "9.3", "2025-07-22"},
    {"mysql", "9.4", "2025-10-21"},
    {"mariadb", "5", "2020-04-11"}, {"mariadb", "10.0", "2019-03-31"}, {"mariadb", "10.1", "2020-10-17"}, {"mariadb", "10.2", "2022-05-23"},
    {"mariadb", "10.3", "2023-05-25"}, {"mariadb", "10.4", "2024-06-18"}, {"mariadb", "10.5", "2025-06-24"}, {"mariadb", "10.6", "2026-07-06"},
    {"mariadb", "10.7", "2023-02-09"}, {"mariadb", "10.8", "2023-05-20"}, {"mariadb", "10.9", "2023-08-22"}, {"mariadb", "10.10", "2023-11-17"},
    {"mariadb", "11.0", "2024-06-06"}, {"mariadb", "11.1", "2024-08-21"}, {"mariadb", "11.2", "2024-11-21"}, {"mariadb", "11.3", "2024-05-29"},
    {"mongo", "2", "2016-10-31"}, {"mongo", "3", "2021-04-30"}, {"mongo", "3.0", "2018-02-28"}, {"mongo", "3.2", "2018-09-30"},
    {"mongo", "3.4", "2020-01-31"}, {"mongo", "3.6", "2021-04-30"}, {"mongo", "4", "2024-02-29"}, {"mongo", "4.0", "2022-04-30"},
    {"mongo", "4.2", "2023-04-30"}, {"mongo", "4.4", "2024-02-29"}, {"mongo", "5", "2024-10-31"}, {"mongo", "6", "2025-07-31"},
    {"mongo", "7", "2027-08-31"},
    {"redis", "2", "2017-07-14"}, {"redis", "3", "2018-10-17"}, {"redis", "4", "2020-04-30"}, {"redis", "5", "2022-04-27"},
    {"redis", "6.0", "2023-08-15"}, {"redis", "7.0", "2024-07-29"},
    {"nginx", "1.7", "2015-04-21"}, {"nginx", "1.8", "2016-04-26"}, {"nginx", "1.9", "2016-04-26"}, {"nginx", "1.10", "2017-04-12"},
    {"nginx", "1.11", "2017-04-12"}, {"nginx", "1.12", "2018-04-17"}, {"nginx", "1.13", "2018-04-17"}, {"nginx", "1.14", "2019-04-23"},
    {"nginx", "1.15", "2019-04-23"}, {"nginx", "1.16", "2020-04-21"}, {"nginx", "1.17", "2020-04-21"}, {"nginx", "1.18", "2021-04-20"},
    {"nginx", "1.19", "2021-05-25"}, {"nginx", "1.20", "2022-05-24"}, {"nginx", "1.21", "2022-06-21"}, {"nginx", "1.22", "2023-04-11"},
    {"nginx", "1.23", "2023-05-23"}, {"nginx", "1.24", "2024-04-23"}, {"nginx", "1.25", "2024-05-29"}, {"nginx", "1.26", "2025-04-23"},
    {"nginx", "1.27", "2025-06-24"}, {"nginx", "1.28", "2026-06-30"},
    {"httpd", "2.2", "2018-01-01"},
    {"tomcat", "6", "2016-12-31"}, {"tomcat", "7", "2021-03-31"}, {"tomcat", "8", "2024-03-31"}, {"tomcat", "8.0", "2018-06-30"},
    {"tomcat", "8.5", "2024-03-31"}, {"tomcat", "9", "2027-03-31"}, {"tomcat", "10.0", "2022-10-31"},
    {"elastic", "1", "2017-01-16"}, {"elastic", "2", "2018-02-28"}, {"elastic", "5", "2019-03-11"}, {"elastic", "6", "2022-02-10"},
    {"elastic", "7", "2026-01-15"},
    {"rabbitmq", "3.6", "2018-05-31"}, {"rabbitmq", "3.7", "2020-09-30"}, {"rabbitmq", "3.8", "2022-07-31"}, {"rabbitmq", "3.9", "2023-07-31"},
    {"rabbitmq", "3.10", "2024-07-31"}, {"rabbitmq", "3.11", "2024-06-30"}, {"rabbitmq", "3.12", "2025-06-30"},
    {"haproxy", "1", "2022-12-31"}, {"haproxy", "1.9", "2020-06-30"}, {"haproxy", "2.0", "2024-06-30"}, {"haproxy", "2.1", "2021-03-31"},
    {"haproxy", "2.2", "2025-06-30"}, {"haproxy", "2.3", "2022-03-31"}, {"haproxy", "2.4", "2026-06-30"}, {"haproxy", "2.5", "2023-03-31"},
    {"haproxy", "2.7", "2024-03-31"}, {"haproxy", "2.9", "2025-03-31"},
    {"drupal", "7", "2025-01-05"}, {"drupal", "8", "2021-11-02"}, {"drupal", "9", "2023-11-01"},
    {"docker", "1", "2017-12-31"}, {"docker", "17", "2018-12-31"}, {"docker", "18", "2020-12-31"}, {"docker", "19", "2021-07-20"},
    {"docker", "20", "2023-12-10"},
    {"dotnet", "1", "2019-06-27"}, {"dotnet", "2.0", "2018-10-01"}, {"dotnet", "2.1", "2021-08-21"}, {"dotnet", "2.2", "2019-12-23"},
    {"dotnet", "3.0", "2020-03-03"}, {"dotnet", "3.1", "2022-12-13"}, {"dotnet", "5.0", "2022-05-10"}, {"dotnet", "6.0", "2024-11-12"},
    {"dotnet", "7.0", "2024-05-14"}, {"dotnet", "8.0", "2026-11-10"}, {"dotnet", "9.0", "2026-11-10"},
};

struct Product {
    std::string_view name;
    std::string_view title;   // for messages
};

constexpr Product products[] = {
    {"debian", "Debian"}, {"ubuntu", "Ubuntu"}, {"alpine", "Alpine Linux"}, {"centos", "CentOS"}, {"fedora", "Fedora"},
    {"rhel", "Red Hat Enterprise Linux"}, {"rocky", "Rocky Linux"}, {"amazonlinux", "Amazon Linux"}, {"oraclelinux", "Oracle Linux"},
    {"leap", "openSUSE Leap"}, {"windows", "Windows"}, {"node", "Node.js"}, {"python", "Python"}, {"golang", "Go"}, {"php", "PHP"}, {"ruby", "Ruby"},
    {"java", "Java"}, {"postgres", "PostgreSQL"}, {"mysql", "MySQL"}, {"mariadb", "MariaDB"}, {"mongo", "MongoDB"}, {"redis", "Redis"},
    {"nginx", "nginx"}, {"httpd", "Apache httpd"}, {"tomcat", "Tomcat"}, {"elastic", "Elastic Stack"}, {"rabbitmq", "RabbitMQ"},
    {"haproxy", "HAProxy"}, {"drupal", "Drupal"}, {"docker", "Docker Engine"}, {"dotnet", ".NET"},
};

struct Repository {
    std::string_view name;      // familiar name
    std::string_view product;   // whose version its tags begin with
};

constexpr Repository repositories[] = {
    {"adoptopenjdk", "java"}, {"alpine", "alpine"}, {"amazoncorretto", "java"}, {"amazonlinux", "amazonlinux"}, {"buildpack-deps", "debian"},
    {"centos", "centos"}, {"cimg/go", "golang"}, {"cimg/node", "node"}, {"cimg/php", "php"}, {"cimg/python", "python"}, {"cimg/ruby", "ruby"},
    {"circleci/golang", "golang"}, {"circleci/node", "node"}, {"circleci/php", "php"}, {"circleci/python", "python"}, {"circleci/ruby", "ruby"},
    {"debian", "debian"}, {"docker", "docker"}, {"docker.elastic.co/elasticsearch/elasticsearch", "elastic"},
    {"docker.elastic.co/kibana/kibana", "elastic"}, {"docker.elastic.co/logstash/logstash", "elastic"}, {"drupal", "drupal"},
    {"eclipse-temurin", "java"}, {"elasticsearch", "elastic"}, {"fedora", "fedora"}, {"golang", "golang"}, {"haproxy", "haproxy"}, {"httpd", "httpd"},
    {"ibm-semeru-runtimes", "java"}, {"java", "java"}, {"kibana", "elastic"}, {"logstash", "elastic"}, {"mariadb", "mariadb"},
    {"mcr.microsoft.com/dotnet/aspnet", "dotnet"}, {"mcr.microsoft.com/dotnet/core/aspnet", "dotnet"},
    {"mcr.microsoft.com/dotnet/core/runtime", "dotnet"}, {"mcr.microsoft.com/dotnet/core/runtime-deps", "dotnet"},
    {"mcr.microsoft.com/dotnet/core/sdk", "dotnet"}, {"mcr.microsoft.com/dotnet/runtime", "dotnet"},
    {"mcr.microsoft.com/dotnet/runtime-deps", "dotnet"}, {"mcr.microsoft.com/dotnet/sdk", "dotnet"}, {"mcr.microsoft.com/windows", "windows"},
    {"mcr.microsoft.com/windows/nanoserver", "windows"}, {"mcr.microsoft.com/windows/servercore", "windows"},
    {"mcr.microsoft.com/windows/servercore/iis", "windows"}, {"mhart/alpine-node", "node"}, {"microsoft/dotnet", "dotnet"}, {"mongo", "mongo"},
    {"mysql", "mysql"}, {"mysql/mysql-server", "mysql"}, {"nginx", "nginx"}, {"nginxinc/nginx-unprivileged", "nginx"}, {"node", "node"},
    {"openjdk", "java"}, {"opensuse/leap", "leap"}, {"oraclelinux", "oraclelinux"}, {"php", "php"}, {"postgres", "postgres"}, {"python", "python"},
    {"quay.io/centos", "centos"}, {"quay.io/centos/centos", "centos"}, {"quay.io/fedora/fedora", "fedora"}, {"rabbitmq", "rabbitmq"},
    {"redis", "redis"}, {"registry.fedoraproject.org/fedora", "fedora"}, {"rockylinux", "rocky"}, {"rockylinux/rockylinux", "rocky"},
    {"ruby", "ruby"}, {"sapmachine", "java"}, {"tomcat", "tomcat"}, {"ubuntu", "ubuntu"},
};

}
