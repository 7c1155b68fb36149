function slurm_job_submit(job, parts, uid)
  if job.comment == "refuse" then
    slurm.log_user("refused by job_submit.lua")
    return slurm.ERROR
  end
  return slurm.SUCCESS
end
function slurm_job_modify(job, rec, parts, uid)
  return slurm.SUCCESS
end
