"""Which files of the hub the diffusion models are made of: repository -> its files.

Each entry is what `python -m ml.weights.pinning REPOSITORY REVISION FOLDER NAME...` prints for a
folder that holds the repository at that revision, with the names that NAMES lists; whoever makes a
release reads the licence and adds it. It is empty: no repository could be read where this was
written, and no digest is guessed. A model that is made of an unpinned repository has a card, and
says that it cannot be fetched.
"""

from __future__ import annotations

from collections.abc import Mapping

from ml.weights import Hub

BASE = "stable-diffusion-v1-5/stable-diffusion-v1-5"
IP_ADAPTER = "h94/IP-Adapter"
FACE_ID = "h94/IP-Adapter-FaceID"
ARC2FACE = "FoivosPar/Arc2Face"
SDXL = "stabilityai/stable-diffusion-xl-base-1.0"
INSTANT_ID = "InstantX/InstantID"
INSTANT_ID_ADAPTER = "ip-adapter.bin"
CLIP = "openai/clip-vit-large-patch14"
LCM_LORA = "latent-consistency/lcm-lora-sdv1-5"
LCM_LORA_FILE = "pytorch_lora_weights.safetensors"
TAESD = "madebyollin/taesd"
MEDIAPIPE_FACE = "CrucibleAI/ControlNetMediaPipeFace"
PLUS_FACE = "ip-adapter-plus-face_sd15.safetensors"
BY_IDENTITY = "ip-adapter-faceid_sd15.bin"
BY_BOTH = "ip-adapter-faceid-plusv2_sd15.bin"

NETWORK = ("config.json", "diffusion_pytorch_model.safetensors")
WORDS = ("merges.txt", "vocab.json", "special_tokens_map.json", "tokenizer_config.json")
ONE_ENCODER = (
    "model_index.json",
    "scheduler/scheduler_config.json",
    *(f"text_encoder/{name}" for name in ("config.json", "model.safetensors")),
    *(f"tokenizer/{name}" for name in WORDS),
    *(f"unet/{name}" for name in NETWORK),
    *(f"vae/{name}" for name in NETWORK),
)
NAMES: Mapping[str, tuple[str, ...]] = {
    BASE: ONE_ENCODER,
    SDXL: (
        *ONE_ENCODER,
        *(f"text_encoder_2/{name}" for name in ("config.json", "model.safetensors")),
        *(f"tokenizer_2/{name}" for name in WORDS),
    ),
    INSTANT_ID: (
        INSTANT_ID_ADAPTER,
        *(f"ControlNetModel/{name}" for name in NETWORK),
    ),
    IP_ADAPTER: (
        f"models/{PLUS_FACE}",
        *(f"models/image_encoder/{name}" for name in ("config.json", "model.safetensors")),
    ),
    FACE_ID: (BY_IDENTITY, BY_BOTH),
    ARC2FACE: (
        *(f"arc2face/{name}" for name in NETWORK),
        *(f"encoder/{name}" for name in ("config.json", "pytorch_model.bin")),
    ),
    CLIP: ("config.json", "model.safetensors", "preprocessor_config.json", *WORDS),
    LCM_LORA: (LCM_LORA_FILE,),
    TAESD: NETWORK,
    MEDIAPIPE_FACE: (
        "diffusion_sd15/config.json",
        "diffusion_sd15/diffusion_pytorch_model.fp16.safetensors",
    ),
}
PINS: Mapping[str, Hub] = {}


def hub(repo: str) -> Hub:
    """The repository as pinned; without files where this release pins none."""
    return PINS.get(repo, Hub(repo, "", ()))
