# SPDX-License-Identifier: Apache-2.0
"""A small platform and lifecycle for buildpacks (buildpacks/spec: buildpack.md and platform.md), for tests.

cnb_platform.py --buildpack DIR --app DIR --work DIR [--optional] [--env NAME=VALUE]… [--exec-env NAME] [--offline]

Scrubs the environment, runs bin/detect, resolves the plan, runs bin/build as an ordinary user, checks each file that
came out. The work folder holds layers/, platform/ and the plans afterwards; a second run over it is a rebuild: layers
with `cache` stay, the types in their files go. Exit as the lifecycle 0.21 does: 0; 12 buildpack API not supported;
20 no buildpack fits; 21 detection failed; 51 the build failed; 52 the lifecycle failed; 1 anything else.
"""
import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tomllib

SUPPORTED = ["0.7", "0.8", "0.9", "0.10", "0.11", "0.12"]
SBOM = {
    "application/vnd.cyclonedx+json": "sbom.cdx.json",
    "application/spdx+json": "sbom.spdx.json",
    "application/vnd.syft+json": "sbom.syft.json",
}
NOBODY = 65534


class Stop(Exception):
    def __init__(self, code, reason):
        super().__init__(reason)
        self.code = code


def load(path, code):
    try:
        with open(path, "rb") as file:
            return tomllib.load(file)
    except tomllib.TOMLDecodeError as error:
        raise Stop(code, f"{path}: {error}") from error


def read_descriptor(folder):
    descriptor = load(folder / "buildpack.toml", 1)
    api = descriptor.get("api", "")
    if api not in SUPPORTED:
        raise Stop(12, f"buildpack API {api} is not supported")
    if not isinstance(descriptor["buildpack"].get("exec-env", []), list) or any(
        not isinstance(name, str) for name in descriptor["buildpack"].get("exec-env", [])
    ):
        raise Stop(1, "buildpack.exec-env must be an array of strings")
    targets = descriptor.get("targets", [])
    if targets and not any(
        target.get("os", "linux") == "linux" and target.get("arch", "amd64") == "amd64" for target in targets
    ):
        raise Stop(21, "no target fits linux/amd64")
    return descriptor


class Platform:
    def __init__(self, options):
        self.options = options
        self.buildpack = pathlib.Path(options.buildpack).resolve()
        self.app = pathlib.Path(options.app).resolve()
        self.work = pathlib.Path(options.work).resolve()
        self.descriptor = read_descriptor(self.buildpack)
        self.layers = self.work / "layers" / self.descriptor["buildpack"]["id"].replace("/", "_")
        self.platform = self.work / "platform"
        self.user = dict(pair.split("=", 1) for pair in options.env)
        shutil.rmtree(self.platform, ignore_errors=True)
        for folder in (self.layers, self.platform / "env"):
            folder.mkdir(parents=True, exist_ok=True)
        for name, value in self.user.items():
            (self.platform / "env" / name).write_text(value)

    def environment(self, **more):
        clean = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/nonexistent", "CNB_BUILDPACK_DIR": str(self.buildpack),
                 "CNB_PLATFORM_DIR": str(self.platform), "CNB_TARGET_OS": "linux", "CNB_TARGET_ARCH": "amd64"}
        if not self.descriptor["buildpack"].get("clear-env", False):
            clean.update(self.user)
        clean.update(more)
        return clean

    def run(self, step, arguments, **environment):
        program = self.buildpack / "bin" / step
        command = [str(program), *map(str, arguments)]
        ordinary = {}
        if os.geteuid() == 0:
            ordinary = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
            if self.options.offline:
                command = ["unshare", "-n", "setpriv", "--reuid", str(NOBODY), "--regid", str(NOBODY), "--clear-groups", *command]
                ordinary = {}
            for root, folders, files in os.walk(self.work):
                for name in [root, *(os.path.join(root, one) for one in folders + files)]:
                    os.chown(name, NOBODY, NOBODY, follow_symlinks=False)
        try:
            return subprocess.run(command, cwd=self.app, env=self.environment(**environment), check=False, **ordinary).returncode
        except OSError as error:
            print(error, file=sys.stderr)
            return 126

    # Detection

    def detect(self):
        allowed = self.descriptor["buildpack"].get("exec-env", [])
        if allowed and "all" not in allowed and self.options.exec_env not in allowed:
            raise Stop(20, "the buildpack is not for this execution environment")
        plan = self.work / "detect.toml"
        plan.write_text("")
        code = self.run("detect", [self.platform, plan], CNB_BUILD_PLAN_PATH=str(plan))
        if code == 100:
            raise Stop(20, "no buildpack takes part")
        if code != 0:
            raise Stop(20 if self.options.optional else 21, f"bin/detect ended with {code}")
        return self.resolve(load(plan, 21))

    def resolve(self, plan):
        for alternative in [plan, *plan.get("or", [])]:
            provides = [entry["name"] for entry in alternative.get("provides", [])]
            requires = alternative.get("requires", [])
            for entry in requires:
                if "version" in entry:
                    raise Stop(21, "requires.version at the top level is not in this API")
            if {entry["name"] for entry in requires} == set(provides):
                return [entry for entry in requires if entry["name"] in provides]
        raise Stop(20, "what is provided is not what is required")

    # Build

    def restore(self):
        for file in self.layers.glob("*.toml"):
            if file.stem in ("launch", "build", "store"):
                file.unlink()
                continue
            described = load(file, 52)
            if described.get("types", {}).get("cache"):
                file.write_text("[metadata]\n" + "".join(f'  {k} = "{v}"\n' for k, v in described.get("metadata", {}).items()))
            else:
                shutil.rmtree(file.with_suffix(""), ignore_errors=True)
                file.unlink()

    def build(self, entries):
        self.restore()
        plan = self.work / "plan.toml"
        plan.write_text("".join(f'[[entries]]\nname = "{entry["name"]}"\n' for entry in entries))
        code = self.run("build", [self.layers, self.platform, plan], CNB_LAYERS_DIR=str(self.layers), CNB_BP_PLAN_PATH=str(plan))
        if code != 0:
            raise Stop(51, f"bin/build ended with {code}")
        self.check_layers()
        self.check_launch()

    def check_layers(self):
        declared = self.descriptor["buildpack"].get("sbom-formats", [])
        for kind, suffix in SBOM.items():
            for file in self.layers.glob("*." + suffix):
                if kind not in declared:
                    raise Stop(52, f"{file.name}: the buildpack does not declare {kind}")
        for file in self.layers.glob("*.toml"):
            if file.stem in ("launch", "build", "store"):
                continue
            described = load(file, 52)
            if {"launch", "build", "cache"} & set(described):
                raise Stop(52, f"{file.name}: the types belong into [types]")
            types = described.get("types", {})
            if any(not isinstance(value, bool) for value in types.values()):
                raise Stop(52, f"{file.name}: types are true or false")

    def check_launch(self):
        file = self.layers / "launch.toml"
        if not file.exists():
            return
        launch = load(file, 52)
        for process in launch.get("processes", []):
            if "direct" in process:
                raise Stop(52, "process.direct is not in this API")
            if not isinstance(process.get("command"), list):
                raise Stop(52, "process.command must be an array")
        for label in launch.get("labels", []):
            if not isinstance(label.get("key"), str) or not isinstance(label.get("value"), str):
                raise Stop(52, "a label has a key and a value")


def main():
    parser = argparse.ArgumentParser()
    for name in ("--buildpack", "--app", "--work"):
        parser.add_argument(name, required=True)
    parser.add_argument("--env", action="append", default=[])
    parser.add_argument("--exec-env", default="production")
    parser.add_argument("--optional", action="store_true")
    parser.add_argument("--offline", action="store_true")
    try:
        platform = Platform(parser.parse_args())
        platform.build(platform.detect())
    except Stop as stop:
        print(f"platform: {stop}", file=sys.stderr)
        return stop.code
    return 0


sys.exit(main())
