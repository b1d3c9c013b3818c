"""As much of kustomize as k8s/ uses: resources, namespace, images, ConfigMaps of files and variables (merged with
those below), strategic merge patches ($patch: delete of whole objects). What else stands in a kustomization.yaml is refused."""
import copy
import json
import pathlib
import re
import shutil
import subprocess

import yaml

KNOWN = {"apiVersion", "kind", "namespace", "resources", "patches", "configMapGenerator", "images"}
# Lists that are merged by a key of their elements; others are replaced.
MERGE_KEYS = {"containers": "name", "env": "name", "volumes": "name", "volumeMounts": "mountPath",
              "ports": "containerPort"}


class BuildError(Exception):
    pass


class StrictLoader(yaml.SafeLoader):
    """A key that is there twice is a mistake, and the last one would count silently."""

    def construct_mapping(self, node, deep=False):
        keys = [self.construct_object(key, deep) for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise BuildError(f"{self.name}: line {node.start_mark.line + 1}: {key} is there twice")
        return super().construct_mapping(node, deep)


def read_yaml(file):
    try:
        with open(file, encoding="utf-8") as text:
            return [one for one in yaml.load_all(text, StrictLoader) if one is not None]
    except (OSError, yaml.YAMLError) as error:
        raise BuildError(f"{file}: {error}") from error


def merged(base, patch):
    if not isinstance(base, dict) or not isinstance(patch, dict):
        return copy.deepcopy(patch)
    result = copy.deepcopy(base)
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        elif isinstance(value, list) and key in MERGE_KEYS and isinstance(result.get(key), list):
            by = MERGE_KEYS[key]
            for element in value:
                same = [i for i, one in enumerate(result[key]) if one.get(by) == element[by]]
                if same:
                    result[key][same[0]] = merged(result[key][same[0]], element)
                else:
                    result[key].append(copy.deepcopy(element))
        else:
            result[key] = merged(result.get(key), value)
    return result


def identity(one):
    return one["kind"], one["metadata"]["name"]


def config_map(directory, generator, objects):
    data = {}
    for file in generator.get("envs", []):
        for line in (directory / file).read_text().splitlines():
            if line.strip() and not line.startswith("#"):
                key, _, value = line.partition("=")
                data[key] = value
    for file in generator.get("files", []):
        data[pathlib.Path(file).name] = (directory / file).read_text()
    same = [one for one in objects if identity(one) == ("ConfigMap", generator["name"])]
    if generator.get("behavior") == "merge":
        if not same:
            raise BuildError(f"{directory}: there is no ConfigMap {generator['name']} to merge with")
        same[0]["data"].update(data)
    else:
        objects.append({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": generator["name"]},
                        "data": data})


def set_image(one, image):
    for container in one.get("spec", {}).get("template", {}).get("spec", {}).get("containers", []):
        if re.split(r"[:@]", container["image"])[0] == image["name"]:
            container["image"] = f"{image.get('newName', image['name'])}:{image['newTag']}"


def build(directory):
    directory = pathlib.Path(directory)
    documents = read_yaml(directory / "kustomization.yaml")
    kustomization = documents[0] if documents else {}
    unknown = kustomization.keys() - KNOWN
    if unknown:
        raise BuildError(f"{directory}: this check does not know {', '.join(sorted(unknown))} of kustomize")
    objects = []
    for resource in kustomization.get("resources", []):
        path = directory / resource
        objects += build(path) if path.is_dir() else read_yaml(path)
    for generator in kustomization.get("configMapGenerator", []):
        config_map(directory, generator, objects)
    for patch in kustomization.get("patches", []):
        for document in read_yaml(directory / patch["path"]):
            places = [i for i, one in enumerate(objects) if identity(one) == identity(document)]
            if len(places) != 1:
                raise BuildError(f"{directory}: the patch of {identity(document)} is for {len(places)} objects")
            if document.get("$patch") == "delete":
                del objects[places[0]]
            else:
                objects[places[0]] = merged(objects[places[0]], document)
    for one in objects:
        for image in kustomization.get("images", []):
            set_image(one, image)
        if "namespace" in kustomization:
            one["metadata"]["namespace"] = kustomization["namespace"]
    names = [identity(one) for one in objects]
    for name in names:
        if names.count(name) > 1:
            raise BuildError(f"{directory}: {name} is there twice")
    return objects


def kubectl_build(directory):
    """What kubectl makes of it; None without one that has kustomize 4 or later."""
    kubectl = shutil.which("kubectl")
    if kubectl is None:
        return None
    version = subprocess.run([kubectl, "version", "--client", "-o", "json"], text=True, check=False,
                             stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        if int(json.loads(version.stdout)["kustomizeVersion"].lstrip("v").split(".")[0]) < 4:
            return None
    except (ValueError, KeyError):
        return None
    made = subprocess.run([kubectl, "kustomize", str(directory)], text=True, check=False, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE)
    if made.returncode != 0 or made.stderr:
        raise BuildError(f"kubectl kustomize: {made.stderr.strip()}")
    return [one for one in yaml.safe_load_all(made.stdout) if one]


def ordered(value, key=""):
    """Lists that are merged have no order that means something."""
    if isinstance(value, dict):
        return {name: ordered(one, name) for name, one in value.items()}
    if isinstance(value, list):
        parts = [ordered(one) for one in value]
        return sorted(parts, key=lambda one: json.dumps(one, sort_keys=True)) if key in MERGE_KEYS else parts
    return value


def first_difference(ours, theirs, path=""):
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for name in [*ours, *theirs]:
            found = first_difference(ours.get(name), theirs.get(name), f"{path}.{name}")
            if found:
                return found
        return None
    if isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for i, pair in enumerate(zip(ours, theirs)):
            found = first_difference(*pair, f"{path}[{i}]")
            if found:
                return found
        return None
    return None if ours == theirs else f"{path}: ours {ours!r}, theirs {theirs!r}"


def same_objects(ours, theirs):
    """What differs, but for the hashes that kustomize puts behind the names of ConfigMaps."""
    theirs = json.loads(json.dumps(theirs))
    for one in list(theirs):
        if one["kind"] == "ConfigMap":
            hashed = one["metadata"]["name"]
            plain = re.sub(r"-[0-9a-z]{10}$", "", hashed)
            theirs = json.loads(json.dumps(theirs).replace(f'"{hashed}"', f'"{plain}"'))
    by_name = {identity(one): ordered(one) for one in theirs}
    for one in ours:
        other = by_name.pop(identity(one), None)
        difference = first_difference(ordered(one), other)
        if difference:
            yield f"{' '.join(identity(one))}{difference}"
    for name in by_name:
        yield f"{name}, which we do not have"
