"""Voice encoders of WeSpeaker's ResNet34 layout: a body of convolutions, pooled by us.

Zeinali et al. 2019, "BUT system description to VoxCeleb" (arXiv:1910.12592); Wang et al. 2023,
"WeSpeaker" (arXiv:2210.17016).
"""

from diascribe.models.resnet.encoder import ResNetEncoder
from diascribe.models.resnet.opening import open_resnet, whole_vectors

__all__ = ["ResNetEncoder", "open_resnet", "whole_vectors"]
