"""Objects against the API's published schemas, as Debian's python3-kubernetes has them (one class for each
definition of the OpenAPI document, made from it): fields, types, required fields, enumerations."""
import re


def model_of(api, one):
    group, _, version = one["apiVersion"].rpartition("/")
    name = version.capitalize() + one["kind"]
    if group not in ("", "apps", "networking.k8s.io") or not hasattr(api, name):
        return None
    return getattr(api, name)


PLAIN = {"str": str, "bool": bool, "int": int, "float": (int, float), "datetime": str}


def check(api, value, wanted, path, found):
    """Adds to `found`; gives the value as the model wants it, None where it is wrong."""
    listed = re.fullmatch(r"list\[(.*)\]", wanted)
    mapped = re.fullmatch(r"dict\(str, (.*)\)", wanted)
    if listed or mapped:
        if not isinstance(value, list if listed else dict):
            found.append(f"{path}: must be a {'list' if listed else 'map'}")
            return None
        if listed:
            return [check(api, one, listed[1], f"{path}[{i}]", found) for i, one in enumerate(value)]
        return {name: check(api, one, mapped[1], f"{path}.{name}", found) for name, one in value.items()}
    if wanted == "object":  # a number or a text, as of ports and quantities
        return value
    if wanted in PLAIN:
        fits = isinstance(value, PLAIN[wanted]) and (wanted == "bool" or not isinstance(value, bool))
        if not fits:
            found.append(f"{path}: must be of the type {wanted}")
        return value
    model = getattr(api, wanted)
    if not isinstance(value, dict):
        found.append(f"{path}: must be a map")
        return None
    attributes = {name: attribute for attribute, name in model.attribute_map.items()}
    parts = {}
    for name, one in value.items():
        if name not in attributes:
            found.append(f"{path}.{name}: there is no such field")
            continue
        attribute = attributes[name]
        parts[attribute] = check(api, one, model.openapi_types[attribute], f"{path}.{name}", found)
    try:
        return model(**parts)
    except ValueError as error:
        found.append(f"{path}: {error}")
        return None


def complaints(api, one):
    model = model_of(api, one)
    if model is None:
        return [f"no schema for {one['apiVersion']} {one['kind']}"]
    found = []
    check(api, one, model.__name__, one["kind"], found)
    return found
