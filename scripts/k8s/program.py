"""The program that the manifests are about, asked in a directory that stands for the volumes of a pod."""
import json
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

PREFIX = "PLEX_TUNER_"


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


class Program:
    """The binary, in a directory that stands for the pod's volumes."""

    def __init__(self, binary, problem):
        self.problem = problem
        self.binary = str(pathlib.Path(binary).resolve())
        self.directory = tempfile.TemporaryDirectory()
        self.root = pathlib.Path(self.directory.name)
        # A supervisor takes no port 0, nor does it like one of its tuners to.
        self.supervisor_port, self.tuner_port = free_port(), free_port()
        self.plain = {"PATH": "/usr/bin:/bin", "HOME": self.directory.name}

    def run(self, arguments):
        return subprocess.run([self.binary, *arguments], cwd=self.root, env=self.plain, text=True, timeout=60,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)

    def moved(self, text):
        """Absolute paths of the pod, below our directory."""
        return re.sub(r"(?<![\w/:.])/(?=(data|cache|config|vod|run/secrets|tmp)\b)", f"{self.root}/", text)

    def environment(self, values):
        moved = {}
        for name, value in values.items():
            moved[name] = self.moved(value)
            if name.endswith("_FILE") and "/secrets/" in value:
                file = pathlib.Path(moved[name])
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text("redis://127.0.0.1:9" if name.endswith("COORDINATION_FILE") else
                                "http://127.0.0.1:9" if name.endswith("URL_FILE") else "word")
            elif name[len(PREFIX):] in ("MOUNT", "CACHE"):
                pathlib.Path(moved[name]).mkdir(parents=True, exist_ok=True)
        return moved

    def check_supervised(self, where, document):
        for path in document.get("envFiles", []):
            pathlib.Path(path).parent.mkdir(parents=True, exist_ok=True)
            pathlib.Path(path).write_text("PLEX_TUNER_M3U_URL=http://127.0.0.1:9/list.m3u\n")
            pathlib.Path(path).chmod(0o600)
        file = self.root / "supervise.json"
        file.write_text(json.dumps(document))
        file.chmod(0o600)
        said = self.run(["supervise", "-config", str(file), "-check"])
        if said.returncode != 0 or " WARN" in said.stdout.upper():
            self.problem(where, f"supervise -check says {said.returncode}:\n{said.stdout}")

    def started(self, arguments, values):
        environment = {**self.plain, **self.environment(values), "PLEX_TUNER_ADDR": "127.0.0.1:0",
                       "PLEX_TUNER_LOG_FORMAT": "text",
                       "PLEX_TUNER_SUPERVISOR_ADDR": f"127.0.0.1:{self.supervisor_port}"}
        environment.pop("PLEX_TUNER_MOUNT", None)
        return subprocess.Popen([self.binary, *arguments], cwd=self.root, env=environment, text=True,
                                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    def check_redis(self, where, arguments):
        """Whether Redis, where it is installed, takes its arguments and a password."""
        server = shutil.which("redis-server")
        if server is None:
            return
        file = pathlib.Path(self.moved(arguments[0]))
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("requirepass word\n")
        port = free_port()
        moved = [str(port) if before == "--port" else one for before, one in zip(arguments, arguments[1:])]
        process = subprocess.Popen([server, str(file), *moved], cwd=self.root, env=self.plain, text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        try:
            said = ""
            for line in process.stdout:
                said += line
                if "Ready to accept connections" in line:
                    break
            else:
                self.problem(where, f"redis-server does not start:\n{said}")
                return
            with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
                client.sendall(b"PING\r\nAUTH word\r\nPING\r\n")
                answers = b""
                while answers.count(b"\r\n") < 3:
                    answers += client.recv(1000)
            lines = answers.decode().split("\r\n")
            if not lines[0].startswith("-NOAUTH") or lines[1:3] != ["+OK", "+PONG"]:
                self.problem(where, f"redis-server answers {lines}")
        finally:
            process.terminate()
            process.stdout.close()
            process.wait(timeout=30)

    def port_of(self, process, where):
        said = ""
        for line in process.stderr:
            found = re.search(r"\b(?:port=|listen=127\.0\.0\.1:|127\.0\.0\.1:)(\d{2,5})\b", line)
            if found and int(found[1]) not in (0, 9):
                return int(found[1])
            said += line
        self.problem(where, f"it did not start: {said}")
        return None


def answer(port, path):
    """The status; what is just starting is given half a minute until it listens."""
    deadline = time.monotonic() + 30
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as reply:
                return reply.status
        except urllib.error.HTTPError as error:
            return error.code
        except urllib.error.URLError as error:
            if time.monotonic() > deadline:
                return str(error.reason)
            time.sleep(0.1)
