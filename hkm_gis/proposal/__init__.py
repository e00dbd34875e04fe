"""The proposal package: all that the office asks for in one ZIP, and proof it is unchanged."""

from hkm_gis.proposal.completeness import PaperState, Standing, list_papers
from hkm_gis.proposal.packing import pack_proposal
from hkm_gis.proposal.verification import Verification, tell_verification, verify_proposal

__all__ = [
    "PaperState",
    "Standing",
    "Verification",
    "list_papers",
    "pack_proposal",
    "tell_verification",
    "verify_proposal",
]
