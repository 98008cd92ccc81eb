"""torchrun as it is meant: Debian 12's PyTorch 1.13 on Python 3.11 does not find Std.NONE."""
from torch.distributed.elastic.multiprocessing import Std
from torch.distributed.run import main

if Std.from_str("0") is None:
    Std.from_str = classmethod(lambda cls, text: cls(int(text)))
main()
