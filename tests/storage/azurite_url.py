"""Prints the URL that the test's blob store answers to: signed with Azurite's own key, which its
manual names. (Its other way, the key alone, needs TLS and a host name of its own.)"""
import base64
import hashlib
import hmac
import urllib.parse

KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
ACCOUNT = "devstoreaccount1"
grant = {"sv": "2019-12-12", "ss": "b", "srt": "sco", "sp": "rwdlac", "se": "2099-01-01T00:00:00Z"}
signed = [ACCOUNT, grant["sp"], grant["ss"], grant["srt"], "", grant["se"], "", "", grant["sv"], ""]
digest = hmac.new(base64.b64decode(KEY), "\n".join(signed).encode(), hashlib.sha256).digest()
grant["sig"] = base64.b64encode(digest).decode()
print(f"http://127.0.0.1:10000/{ACCOUNT}?{urllib.parse.urlencode(grant)}")
