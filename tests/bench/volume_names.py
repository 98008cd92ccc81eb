"""Loads of many names for tests/bench/volumes.

    volume_names.py create|stat|unlink DIRECTORY COUNT
    volume_names.py modules DIRECTORY COUNT     a package `tree` of COUNT modules
    volume_names.py files DIRECTORY COUNT       empty files, 1,000 in a directory
"""
import os
import sys

BODY = "".join(f"def function_{i}(a, b={i}):\n    '''Adds {i}.'''\n    return a + b * {i}\n\n"
               f"class Class{i}:\n    value = {i}\n    def method(self):\n"
               f"        return [self.value + j for j in range({i})]\n\n" for i in range(40))


def modules(count):
    os.mkdir("tree")
    packages = [f"p{p}" for p in range(count // 25)]
    for package in packages:
        os.mkdir(f"tree/{package}")
        for module in range(24):
            with open(f"tree/{package}/m{module}.py", "w", encoding="ascii") as file:
                file.write(BODY)
        with open(f"tree/{package}/__init__.py", "w", encoding="ascii") as file:
            file.write("".join(f"from . import m{module}\n" for module in range(24)))
    with open("tree/__init__.py", "w", encoding="ascii") as file:
        file.write("".join(f"from . import {package}\n" for package in packages))


def files(count):
    for i in range(count):
        if i % 1000 == 0:
            os.mkdir(f"d{i // 1000}")
        os.close(os.open(f"d{i // 1000}/f{i}", os.O_CREAT | os.O_WRONLY, 0o644))


def main():
    what, directory, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    os.chdir(directory)
    if what == "modules":
        modules(count)
    elif what == "files":
        files(count)
    else:
        for i in range(count):
            if what == "create":
                os.close(os.open(f"f{i}", os.O_CREAT | os.O_WRONLY, 0o644))
            elif what == "stat":
                os.stat(f"f{i}")
            else:
                os.unlink(f"f{i}")


main()
