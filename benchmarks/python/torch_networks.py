"""The networks of the comparison in PyTorch, as the enum Subject of the benchmarks has them."""

import torch
from torch import nn
from torch.nn import functional

from systems import SHAPES


def mlp(first=512, second=256):
    return nn.Sequential(
        nn.Linear(784, first), nn.ReLU(),
        nn.Linear(first, second), nn.ReLU(),
        nn.Linear(second, 10),
    )  # fmt: skip


def wide_mlp():
    return mlp(2048, 2048)


def cnn():
    return nn.Sequential(
        nn.Conv2d(1, 32, 3, padding=1), nn.BatchNorm2d(32), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3, padding=1), nn.BatchNorm2d(64), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(64 * 7 * 7, 128), nn.ReLU(), nn.Dropout(0.25), nn.Linear(128, 10),
    )


class Block(nn.Module):
    """Two convolutions with a way around them."""

    def __init__(self, channels, filters, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, filters, 3, stride, 1, bias=False)
        self.norm1 = nn.BatchNorm2d(filters)
        self.conv2 = nn.Conv2d(filters, filters, 3, 1, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(filters)
        self.shortcut = nn.Sequential()
        if stride != 1:
            self.shortcut = nn.Sequential(
                nn.Conv2d(channels, filters, 1, stride, bias=False), nn.BatchNorm2d(filters)
            )

    def forward(self, x):
        y = self.norm2(self.conv2(functional.relu(self.norm1(self.conv1(x)))))
        return functional.relu(y + self.shortcut(x))


def resnet20():
    layers = [nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU()]
    channels = 16
    for filters in (16, 32, 64):
        for block in range(3):
            layers.append(Block(channels, filters, 2 if filters > 16 and block == 0 else 1))
            channels = filters
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))


NETWORKS = {"mlp": mlp, "wide-mlp": wide_mlp, "cnn": cnn, "resnet20": resnet20}


def network(name):
    """The network, its images' channels last in memory, which is the faster way on processors."""
    torch.manual_seed(1)
    made = NETWORKS[name]()
    return made if len(SHAPES[name]) == 1 else made.to(memory_format=torch.channels_last)


def images(name, count):
    """Random images in float32, ready to be used."""
    shape = SHAPES[name]
    made = torch.rand(count, *shape)
    return made if len(shape) == 1 else made.to(memory_format=torch.channels_last)
