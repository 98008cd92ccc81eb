"""As a training program begins: finds the others and reduces one number. Rank 0 says when."""
import time

import torch
import torch.distributed as dist

dist.init_process_group("gloo")
one = torch.ones(1)
dist.all_reduce(one)
if dist.get_rank() == 0:
    print("reduced", time.time_ns() // 1000, flush=True)
assert one.item() == dist.get_world_size()
dist.destroy_process_group()
