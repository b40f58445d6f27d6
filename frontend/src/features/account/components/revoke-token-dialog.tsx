import { ConfirmDialog } from "@/components/confirm-dialog";
import { RelativeTime } from "@/components/time";
import type { ApiToken } from "@/types/api";
import { useRevokeToken } from "../api/tokens";

export function RevokeTokenDialog({ token, onClose }: { token: ApiToken; onClose: () => void }) {
  return (
    <ConfirmDialog
      title={`Revoke ${token.name}?`}
      keep="Keep it"
      confirm="Revoke token"
      failed="It was not revoked"
      done={`${token.name} was revoked`}
      mutation={useRevokeToken(token.id)}
      onClose={onClose}
    >
      <p>
        Programs that use it are refused from now on, and their open connections close. Jobs that it has created go on.{" "}
        {token.last_used_at ? (
          <>
            It was last used <RelativeTime at={token.last_used_at} />.
          </>
        ) : (
          "It has never been used."
        )}
      </p>
    </ConfirmDialog>
  );
}
