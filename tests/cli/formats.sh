# docs/formats.md against files that the stages have just written: every object and attribute in a
# file is in the tables with its type, rank and units, and what the tables list is in the file.
set -eu
for tool in h5dump python3; do
    command -v $tool > /dev/null || { echo "needs $tool"; exit 77; }
done

make="--crystal diamond --species Si --lattice-constant 5.43095"
farfield generate -q $make --cells 1 --defect vacancy --count 4 --rattle 0.05 -o g.h5
farfield generate -q $make --cells 2 --defect interstitial-tetrahedral --count 4 --rattle 0.1 |
    farfield label -q -p sw:Si -o g2.h5
farfield label -q -p sw:Si --observations EFV+FC --site-energies g.h5 -o dataset.h5
farfield featurize -q dataset.h5 --order 2 --degree 5,4 --descriptors -o features.h5
farfield reduce -q --folds 2 features.h5 -o reduction.h5
farfield fit -q -w auto -k 2 --learning-curve --committee 2 --covariance --pops --leverage --exact vacancy:E features.h5 -o model.h5
farfield evaluate -q --each -p ace:model.h5 dataset.h5 --tag L=1 --crystal diamond -a 5.43095 -o evaluation.h5
farfield featurize -q g2.h5 --degree 8,6,5 | farfield fit -q --committee 2 -o relaxing.h5
farfield relax-defect -q -p ace:relaxing.h5 $make --cells 2 -d interstitial-tetrahedral -o relaxation.h5
farfield relax-defect -q -p sw:Si $make --cells 1 -d interstitial-tetrahedral -o small.h5
farfield compare -q --yardstick relaxation.h5 small.h5 --tag series=cell -o comparison.h5
farfield extrapolate -q relaxation.h5 small.h5 -o extrapolation.h5

for kind in dataset features reduction model relaxation comparison evaluation extrapolation; do
    h5dump -A --xml $kind.h5 > $kind.xml || { echo "h5dump cannot read $kind.h5"; exit 1; }
done
python3 - "$FARFIELD_TOP/docs/formats.md" << 'PYTHON'
import re, sys
import xml.etree.ElementTree as tree

NS = "{http://hdfgroup.org/HDF5/XML/schema/HDF5-File.xsd}"


def type_of(node):
    kind = node.find(f"{NS}DataType/{NS}AtomicType")[0]
    name = kind.tag.removeprefix(NS)
    size = 8 * int(kind.get("Size", "0"))
    if name == "StringType":
        return "text"
    if name == "FloatType":
        assert kind.get("ByteOrder") == "LE" and size == 64
        return "double"
    assert name == "IntegerType" and (kind.get("ByteOrder") == "LE" or size == 8), name
    return ("int" if kind.get("Sign") == "true" else "uint") + str(size)


def text_of(node):
    return node.find(f"{NS}Data/{NS}DataFromFile").text.strip().strip('"')


def rank_of(node):
    space = node.find(f"{NS}Dataspace/{NS}SimpleDataspace")
    return 0 if space is None else int(space.get("Ndims"))


def objects(path):
    """{where: (type, rank, units)} of a file."""
    found = {}

    def walk(group, prefix):
        for child in group:
            tag = child.tag.removeprefix(NS)
            if tag == "Attribute":
                group = re.sub("sites/[A-Z][a-z]?$", "sites/SYMBOL", prefix.rstrip("/"))
                found[group + "@" + child.get("Name")] = (type_of(child), 0, None)
            elif tag == "Group":
                walk(child, prefix + child.get("Name") + "/")
            elif tag == "Dataset":
                name = prefix + child.get("Name")
                notes = {a.get("Name"): text_of(a) for a in child.findall(f"{NS}Attribute")}
                assert set(notes) == {"units", "description"}, f"{path}: {name} has {set(notes)}"
                assert notes["description"], f"{path}: {name} is not described"
                name = re.sub("provenance/steps/[0-9a-f]{64}$", "provenance/steps/ID", name)
                name = re.sub("sites/[A-Z][a-z]?/", "sites/SYMBOL/", name)
                found[name] = (type_of(child), rank_of(child), notes["units"])

    walk(tree.parse(path).getroot().find(f"{NS}RootGroup"), "")
    return found


tables, section = {}, None
for line in open(sys.argv[1], encoding="utf-8"):
    if line.startswith("## "):
        section = line[3:].strip()
        tables[section] = {}
    cells = [c.strip() for c in re.split(r"(?<!\\)\|", line)[1:-1]]
    if len(cells) == 5 and cells[0].startswith("`"):
        where, kind, shape, units, _ = cells
        tables[section][where.strip("`")] = (kind, len(shape.split(" x ")) if shape else 0, units)

wrong = []
for kind in ["dataset", "features", "reduction", "model", "relaxation", "comparison", "evaluation", "extrapolation"]:
    listed = {**tables["All kinds"], **tables[kind]}
    found = objects(kind + ".xml")
    for name in sorted(set(listed) | set(found)):
        if name not in found:
            wrong.append(f"{kind}: {name} is listed but not in the file")
        elif name not in listed:
            wrong.append(f"{kind}: {name} is in the file but not listed")
        else:
            (type_, rank, units), (has_type, has_rank, has_units) = listed[name], found[name]
            if (type_, rank) != (has_type, has_rank):
                wrong.append(f"{kind}: {name} is {has_type} of rank {has_rank}, listed {type_} {rank}")
            if has_units is not None and units != has_units:
                wrong.append(f"{kind}: {name} is in '{has_units}', listed '{units}'")
print("\n".join(wrong))
sys.exit(bool(wrong))
PYTHON

# Other people's readers: h5ls walks every file, h5py (when installed) reads every array and attribute.
for kind in dataset features reduction model relaxation comparison evaluation extrapolation; do
    h5ls -r $kind.h5 > $kind.list || { echo "h5ls cannot read $kind.h5"; exit 1; }
    grep -q '^/provenance/steps/' $kind.list || { echo "h5ls shows no provenance in $kind.h5"; exit 1; }
done
python=/usr/bin/python3
$python -c 'import h5py' 2> /dev/null || { echo "without h5py"; exit 0; }
$python - << 'PYTHON'
import h5py

for kind in ["dataset", "features", "reduction", "model", "relaxation", "comparison", "evaluation", "extrapolation"]:
    arrays = []
    with h5py.File(kind + ".h5", "r") as file:
        assert file.attrs["kind"].decode() == kind
        file.visititems(lambda name, item: arrays.append(item[()]) if isinstance(item, h5py.Dataset) else None)
        file.visititems(lambda name, item: [item.attrs[key] for key in item.attrs])
    assert len(arrays) >= 3, f"{kind}: h5py sees {len(arrays)} arrays"
PYTHON
