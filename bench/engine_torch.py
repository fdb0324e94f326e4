"""The network of `engine.ts` in PyTorch, for comparison: the same 12,491,620 parameters, the same step.

    taskset -c 0 python3 bench/engine_torch.py       one core
    python3 bench/engine_torch.py                    as many as its BLAS takes
"""
import time

import torch
from torch import nn

D, B, W, I, F, L, C, DROP = 768, 32, 20, 9, 25, 30, 5, 0.1
GFLOP = 30.73  # of a step: products of forward and backward, as counted by engine.ts
torch.manual_seed(0)


def layer():
    return nn.TransformerEncoderLayer(D, 8, 256, DROP)


class Medicine(nn.Module):
    def __init__(self):
        super().__init__()
        self.log, self.metric, self.trace = layer(), layer(), layer()
        self.norms = nn.ModuleList(nn.LayerNorm(n) for n in (D, F, D, D, D))
        self.squeeze, self.excite = nn.Linear(I, D), nn.Linear(D, I)
        self.project_metric, self.project_trace = nn.Linear(F, D), nn.Linear(L, D)
        self.windows, self.dense = nn.Linear(W, 1), nn.Linear(D, D)
        self.attend = nn.ModuleList(nn.Linear(D, D) for _ in range(3))
        self.joint, self.classify = nn.Linear(3 * D, D), nn.Linear(D, C)
        self.heads = nn.ModuleList(nn.Linear(D, C) for _ in range(3))
        self.drop = nn.Dropout(DROP)
        self.position = torch.randn(W, 1, D)

    def forward(self, log, metric, trace):
        x = self.log(self.drop(log.transpose(0, 1) + self.position)).mean(0)
        x = self.drop(self.norms[0](x))
        gate = torch.sigmoid(self.excite(torch.relu(self.squeeze(metric.mean((2, 3))))))
        y = (gate.unsqueeze(1) @ metric.reshape(B, I, W * F)).reshape(B, W, F).transpose(0, 1)
        y = self.norms[2](nn.functional.leaky_relu(self.project_metric(self.norms[1](y))))
        y = self.norms[3](self.metric(self.drop(y + self.position)).mean(0))
        z = self.trace(self.norms[4](torch.relu(self.project_trace(trace.transpose(0, 1)))))
        z = self.dense(self.windows(z.permute(1, 2, 0)).squeeze(-1))
        each = [x, y, z]
        rows = each + [torch.sigmoid(a(v)) * v for a, v in zip(self.attend, each)]
        rows.append(self.joint(torch.cat(each, 1)))
        fused = self.classify(torch.stack(rows).mean(0))
        return [fused] + [head(v.detach()) for head, v in zip(self.heads, each)]


model = Medicine()
optimiser = torch.optim.AdamW(model.parameters(), lr=1e-4, weight_decay=1e-4)
inputs = torch.randn(B, W, D), torch.randn(B, I, W, F), torch.randn(B, W, L)
labels = torch.arange(B) % C
loss_of = nn.CrossEntropyLoss()
a, b = torch.randn(640, 768), torch.randn(768, 768)


def step():
    optimiser.zero_grad(set_to_none=True)
    loss = sum(loss_of(logits, labels) for logits in model(*inputs))
    loss.backward()
    optimiser.step()
    return loss.item()


def timed(run):
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


step(), step()
steps, products = [], []
for _ in range(10):
    steps.append(timed(step))
    products.append(timed(lambda: [a @ b for _ in range(40)]) / 40)
product = 2 * 640 * 768 * 768 / 1e9 / min(products)
print(
    f"parameters {sum(p.numel() for p in model.parameters())}, {1e3 * min(steps):.0f} ms per step "
    f"(median {1e3 * sorted(steps)[5]:.0f}), product {product:.1f} GFLOP/s, "
    f"ratio {GFLOP / min(steps) / product:.3f}"
)
